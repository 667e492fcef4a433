#pragma once

#include <string_view>

// ENSURE(condition, "what must hold"): an assertion that stays on in production. It is for our own
// mistakes only: input of a client, and bytes of a disk, never reach one. When it fails, the line
// is logged and the process ends, because to go on with a broken invariant could damage data.
namespace jedlik {

[[noreturn]] void fail_ensure(std::string_view condition, std::string_view message,
                              std::string_view file, int line);

}  // namespace jedlik

#define ENSURE(condition, message)                                    \
  do {                                                                \
    if (!(condition)) [[unlikely]]                                    \
      ::jedlik::fail_ensure(#condition, message, __FILE__, __LINE__); \
  } while (false)
