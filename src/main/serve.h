#pragma once

#include "main/serve_options.h"

namespace jedlik::main {

// Runs the server until it is told to stop by SIGTERM or SIGINT. Returns the exit code.
int serve(const ServeOptions& options);

}  // namespace jedlik::main
