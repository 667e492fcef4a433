#pragma once

namespace jedlik::main {

// Every connection and every file of the engine is a file descriptor; the soft limit of a login is
// often 1024. Raises it to the hard limit, and says so in the log where that cannot be.
void raise_file_limit();

}  // namespace jedlik::main
