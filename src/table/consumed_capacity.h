#pragma once

#include <cstddef>

#include "base/limits.h"
#include "engine/engine.h"

// Capacity units as DynamoDB counts them: Amazon DynamoDB Developer Guide, "DynamoDB read and write
// operations", "Capacity unit consumption". Units are counted in halves, so that sums are exact.
namespace jedlik::table {

class Units {
 public:
  constexpr Units() = default;
  static constexpr Units halves(size_t count) { return Units(count); }
  static constexpr Units whole(size_t count) { return Units(count * 2); }

  constexpr double as_number() const { return static_cast<double>(halves_) / 2; }
  constexpr Units& operator+=(Units other) {
    halves_ += other.halves_;
    return *this;
  }
  // What a transaction uses for what costs this much on its own: once to prepare, once to commit.
  constexpr Units twice() const { return Units(halves_ * 2); }
  friend constexpr bool operator==(Units, Units) = default;

 private:
  constexpr explicit Units(size_t count) : halves_(count) {}
  size_t halves_ = 0;
};

// For reading `bytes` in one operation, or one item of a batch: a unit for each 4 KB begun, at
// least one, and half of that when eventually consistent.
constexpr Units read_units(size_t bytes, engine::Consistency consistency) {
  const size_t blocks =
      bytes == 0 ? 1 : (bytes + limits::kReadUnitBytes - 1) / limits::kReadUnitBytes;
  return consistency == engine::Consistency::kStrong ? Units::whole(blocks) : Units::halves(blocks);
}

// For writing an item: a unit for each 1 KB begun of the larger of the item before and after, at
// least one.
constexpr Units write_units(size_t bytes_before, size_t bytes_after) {
  const size_t bytes = bytes_before > bytes_after ? bytes_before : bytes_after;
  const size_t blocks =
      bytes == 0 ? 1 : (bytes + limits::kWriteUnitBytes - 1) / limits::kWriteUnitBytes;
  return Units::whole(blocks);
}

}  // namespace jedlik::table
