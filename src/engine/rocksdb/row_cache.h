#pragma once

#include <rocksdb/cache.h>

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "base/bytes.h"

// Rows as they were read last, so that one that is asked for again is found by a hash and not by a
// search through RocksDB's memtables and files. Least recently used rows go first.
//
// A row that is found is never older than the last write that a reader can know of: a write takes
// the row out before RocksDB applies it, and no reader puts one in that it may have read before.
//
//   reader   find() says no; note(); reads RocksDB; keep()
//   writer   begin_write(); RocksDB writes; end_write()
//
// Any thread may call any function. Keys are stored keys (keys.h).
namespace jedlik::engine::rocks {

class RowCache {
 public:
  // Of rows with what it takes to keep them; 0 for none at all.
  explicit RowCache(size_t capacity_bytes);

  std::optional<Bytes> find(rocksdb::Slice key);

  // What a reader knew when it began.
  struct Noted {
    uint64_t version;
    bool is_quiet;  // nobody was writing
  };
  Noted note(rocksdb::Slice key);
  void keep(const Noted& noted, rocksdb::Slice key, BytesView value);

  // True if the row was there, and end_write() should put the new one in its place.
  bool begin_write(rocksdb::Slice key);
  // `value` is what the row is now; none where there is no row, it is not known, or nobody wants
  // it.
  void end_write(rocksdb::Slice key, std::optional<BytesView> value);

 private:
  // Rows share a stripe by their hash: a write of one keeps readers of the others from putting in
  // what they read, but not from finding it.
  struct alignas(64) Stripe {
    std::mutex mutex;
    uint64_t version = 0;  // how many writes began
    uint32_t writers = 0;
  };

  Stripe& stripe_of(rocksdb::Slice key);
  void insert(rocksdb::Slice key, BytesView value);

  const std::shared_ptr<rocksdb::Cache> rows_;  // none if the capacity is 0
  std::array<Stripe, 1024> stripes_;
};

}  // namespace jedlik::engine::rocks
