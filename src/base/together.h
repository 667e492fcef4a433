#pragma once

#include <vector>

#include "base/task.h"

namespace jedlik {

// Carries out tasks side by side, on the caller's executor, which is one thread's; goes on when all
// have ended. What they refer to must live until then. If some threw, the first of these exceptions
// is thrown.
Task<void> together(std::vector<Task<void>> tasks);

}  // namespace jedlik
