#include "base/random.h"

#include <fmt/format.h>

namespace jedlik {

Random::Random() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device(), device(), device()};
  generator_.seed(seed);
}

uint64_t Random::next() {
  const std::lock_guard lock(mutex_);
  return generator_();
}

std::string Random::uuid() {
  const uint64_t high = (next() & ~uint64_t{0xF000}) | 0x4000;
  const uint64_t low = (next() & ~(uint64_t{0b11} << 62)) | (uint64_t{0b10} << 62);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF,
                     high & 0xFFFF, low >> 48, low & 0xFFFF'FFFF'FFFF);
}

}  // namespace jedlik
