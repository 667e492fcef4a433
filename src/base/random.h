#pragma once

#include <cstdint>
#include <mutex>
#include <random>
#include <string>

// Randomness is passed in, so that a test can repeat what it saw.
namespace jedlik {

// A source of random numbers. Any thread may call it.
class Random {
 public:
  // Seeded by the operating system.
  Random();
  // Repeats the same numbers for the same seed.
  explicit Random(uint64_t seed) : generator_(seed) {}

  uint64_t next();

  // A random (version 4) UUID in its usual text form, RFC 9562.
  std::string uuid();

 private:
  std::mutex mutex_;
  std::mt19937_64 generator_;
};

}  // namespace jedlik
