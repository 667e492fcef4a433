#include "bench/zipfian.h"

#include <algorithm>
#include <cmath>

namespace jedlik::bench {

double zeta(uint64_t items, double theta) {
  constexpr uint64_t kSummed = 10'000;
  double sum = 0;
  const uint64_t summed = std::min(items, kSummed);
  for (uint64_t i = 1; i <= summed; ++i)
    sum += std::pow(static_cast<double>(i), -theta);
  if (items == summed) return sum;
  // The rest by the Euler-Maclaurin formula; its next term is below 1e-13.
  const auto from = static_cast<double>(summed);
  const auto to = static_cast<double>(items);
  sum += (std::pow(to, 1 - theta) - std::pow(from, 1 - theta)) / (1 - theta);
  sum += (std::pow(to, -theta) - std::pow(from, -theta)) / 2;
  sum += theta / 12 * (std::pow(from, -theta - 1) - std::pow(to, -theta - 1));
  return sum;
}

Zipfian::Zipfian(uint64_t items, double theta)
    : items_(items),
      theta_(theta),
      zeta_(zeta(items, theta)),
      alpha_(1 / (1 - theta)),
      second_(1 + std::pow(0.5, theta)) {
  derive();
}

void Zipfian::derive() {
  eta_ = (1 - std::pow(2 / static_cast<double>(items_), 1 - theta_)) / (1 - second_ / zeta_);
}

uint64_t Zipfian::next(RandomStream& random) const {
  const double unit = random.unit();
  const double scaled = unit * zeta_;
  if (scaled < 1 || items_ == 1) return 0;
  if (scaled < second_ || items_ == 2) return 1;
  const double rank = static_cast<double>(items_) * std::pow(eta_ * unit - eta_ + 1, alpha_);
  return std::min(static_cast<uint64_t>(rank), items_ - 1);
}

void Zipfian::grow(uint64_t items) {
  if (items <= items_) return;
  for (; items_ < items; ++items_)
    zeta_ += std::pow(static_cast<double>(items_ + 1), -theta_);
  derive();
}

uint64_t scatter(uint64_t number) {
  uint64_t hash = 0xCBF2'9CE4'8422'2325;
  for (int i = 0; i < 8; ++i) {
    hash ^= number & 0xFF;
    hash *= 0x100'0000'01B3;
    number >>= 8;
  }
  const auto with_sign = static_cast<int64_t>(hash);
  return with_sign < 0 ? 0 - hash : hash;
}

}  // namespace jedlik::bench
