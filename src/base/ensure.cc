#include "base/ensure.h"

#include <spdlog/spdlog.h>

#include <cstdlib>

namespace jedlik {

void fail_ensure(std::string_view condition, std::string_view message, std::string_view file,
                 int line) {
  spdlog::critical("event=ensure_failed condition=\"{}\" message=\"{}\" at={}:{}", condition,
                   message, file, line);
  spdlog::default_logger()->flush();
  std::abort();
}

}  // namespace jedlik
