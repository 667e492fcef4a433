#pragma once

#include <rocksdb/slice.h>

#include <boost/container/small_vector.hpp>
#include <cstring>

#include "base/bytes.h"

// A stored key is the eight bytes of a prefix, most significant first, and the key.
namespace jedlik::engine::rocks {

inline constexpr size_t kPrefixBytes = 8;

// A stored key, in place unless it is long.
class StoredKey {
 public:
  StoredKey(uint64_t prefix, BytesView key) {
    bytes_.resize(kPrefixBytes + key.size(), boost::container::default_init);
    for (size_t i = 0; i < kPrefixBytes; ++i)
      bytes_[i] = static_cast<char>(prefix >> (8 * (kPrefixBytes - 1 - i)));
    if (!key.empty()) std::memcpy(bytes_.data() + kPrefixBytes, key.data(), key.size());
  }

  rocksdb::Slice slice() const { return {bytes_.data(), bytes_.size()}; }

 private:
  boost::container::small_vector<char, 120> bytes_;
};

// Where the stored keys end that lie before `end`, which is unbounded when empty. No prefix is the
// largest number, so the next one is the end of all of a prefix's keys.
inline StoredKey stored_end(uint64_t prefix, BytesView end) {
  return end.empty() ? StoredKey(prefix + 1, {}) : StoredKey(prefix, end);
}

inline BytesView key_of(rocksdb::Slice stored) {
  return {stored.data() + kPrefixBytes, stored.size() - kPrefixBytes};
}

}  // namespace jedlik::engine::rocks
