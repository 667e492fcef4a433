#include "bench/number_text.h"

#include <fmt/format.h>

#include <cmath>

namespace jedlik::bench {

std::string with_commas(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t digits = 3; digits < text.size(); digits += 4)
    text.insert(text.size() - digits, ",");
  return text;
}

std::string milliseconds_text(std::chrono::nanoseconds duration) {
  const double ms = std::chrono::duration<double, std::milli>(duration).count();
  if (ms < 0.9995) return fmt::format("{:.3f}", ms);
  if (ms < 9.995) return fmt::format("{:.2f}", ms);
  if (ms < 99.95) return fmt::format("{:.1f}", ms);
  return with_commas(static_cast<uint64_t>(std::llround(ms)));
}

std::string seconds_text(std::chrono::nanoseconds duration) {
  return fmt::format("{}", std::chrono::duration<double>(duration).count());
}

}  // namespace jedlik::bench
