#include "main/file_limit.h"

#include <spdlog/spdlog.h>
#include <sys/resource.h>

namespace jedlik::main {

void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    spdlog::warn("event=file_limit_not_raised limit={}", limit.rlim_cur);
}

}  // namespace jedlik::main
