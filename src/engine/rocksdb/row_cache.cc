#include "engine/rocksdb/row_cache.h"

#include <xxhash.h>

namespace jedlik::engine::rocks {
namespace {

// Larger rows would push out many, and gain little.
constexpr size_t kLargestRow = size_t{64} << 10;
// Of an entry: its handle, its place in the table, the string.
constexpr size_t kOverheadBytes = 200;

void delete_row(const rocksdb::Slice&, void* row) {
  delete static_cast<Bytes*>(row);
}

}  // namespace

RowCache::RowCache(size_t capacity_bytes)
    : rows_(capacity_bytes > 0 ? rocksdb::NewLRUCache(capacity_bytes) : nullptr) {}

std::optional<Bytes> RowCache::find(rocksdb::Slice key) {
  if (!rows_) return std::nullopt;
  rocksdb::Cache::Handle* handle = rows_->Lookup(key);
  if (handle == nullptr) return std::nullopt;
  std::optional<Bytes> value(*static_cast<const Bytes*>(rows_->Value(handle)));
  rows_->Release(handle);
  return value;
}

RowCache::Noted RowCache::note(rocksdb::Slice key) {
  Stripe& stripe = stripe_of(key);
  const std::lock_guard lock(stripe.mutex);
  return {stripe.version, stripe.writers == 0};
}

void RowCache::keep(const Noted& noted, rocksdb::Slice key, BytesView value) {
  if (!noted.is_quiet) return;
  Stripe& stripe = stripe_of(key);
  const std::lock_guard lock(stripe.mutex);
  if (stripe.version == noted.version) insert(key, value);
}

bool RowCache::begin_write(rocksdb::Slice key) {
  Stripe& stripe = stripe_of(key);
  const std::lock_guard lock(stripe.mutex);
  stripe.version += 1;
  stripe.writers += 1;
  if (!rows_) return false;
  rocksdb::Cache::Handle* handle = rows_->Lookup(key);
  if (handle == nullptr) return false;
  rows_->Release(handle);
  rows_->Erase(key);
  return true;
}

void RowCache::end_write(rocksdb::Slice key, std::optional<BytesView> value) {
  Stripe& stripe = stripe_of(key);
  const std::lock_guard lock(stripe.mutex);
  stripe.writers -= 1;
  // Another write may be of the same row, and later.
  if (value && stripe.writers == 0) insert(key, *value);
}

RowCache::Stripe& RowCache::stripe_of(rocksdb::Slice key) {
  return stripes_[XXH3_64bits(key.data(), key.size()) % stripes_.size()];
}

void RowCache::insert(rocksdb::Slice key, BytesView value) {
  if (!rows_ || value.size() > kLargestRow) return;
  auto row = std::make_unique<Bytes>(value);
  const size_t charge = kOverheadBytes + key.size() + value.size();
  // On a failure the row is deleted already.
  rows_->Insert(key, row.release(), charge, delete_row).PermitUncheckedError();
}

}  // namespace jedlik::engine::rocks
