#include "base/clock.h"

namespace jedlik {

Timestamp SystemClock::now() const {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  return {duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

std::chrono::steady_clock::time_point SystemClock::steady_now() const {
  return std::chrono::steady_clock::now();
}

}  // namespace jedlik
