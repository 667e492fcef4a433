#pragma once

#include <chrono>
#include <cstdint>
#include <string>

// Numbers as people read them.
namespace jedlik::bench {

// 1234567 as "1,234,567".
std::string with_commas(uint64_t number);

// Milliseconds with three significant digits, and at most three decimals: "0.071", "1.52", "1,234".
std::string milliseconds_text(std::chrono::nanoseconds duration);

// Seconds without decimals that say nothing: "10", "0.5".
std::string seconds_text(std::chrono::nanoseconds duration);

}  // namespace jedlik::bench
