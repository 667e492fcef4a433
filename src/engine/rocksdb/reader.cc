#include "engine/rocksdb/reader.h"

#include <algorithm>
#include <utility>

#include "engine/rocksdb/keys.h"
#include "engine/rocksdb/no_wait_files.h"

namespace jedlik::engine::rocks {
namespace {

// What a scan may do on the thread of its caller: some hundreds of microseconds' work.
constexpr size_t kBriefRows = 256;
constexpr size_t kBriefBytes = 64 * 1024;
constexpr uint64_t kBriefDeletedKeys = 1000;

// Of the room that is made for the rows of a long scan before they are read.
constexpr size_t kMostReserved = size_t{1} << 20;

Failure unavailable(const rocksdb::Status& status) {
  return {Failure::Kind::kUnavailable, status.ToString()};
}

// Whether a read was ended because it would wait for the disk, or skip very many deleted keys.
bool needs_longer(const rocksdb::Status& status) {
  return status.IsBusy() || status.IsIncomplete();
}

// What a read of one key has come to.
rocksdb::Status settle(const rocksdb::Status& status, std::optional<Bytes>& value) {
  if (!status.IsNotFound()) return status;
  value.reset();
  return rocksdb::Status::OK();
}

rocksdb::Status read_row(Store& store, Space space, const StoredKey& key,
                         std::optional<Bytes>& value) {
  value.emplace();
  const rocksdb::Status status =
      store.db().Get(basic_read_options(), store.family(space), key.slice(), &*value);
  return settle(status, value);
}

rocksdb::Status get_one(Store& store, const Partition& partition, const KeyView& key,
                        Fetched& fetched) {
  auto& value = fetched.values.emplace_back();
  if (!partition.covers(key.space, key.bytes)) return rocksdb::Status::OK();
  const StoredKey stored(partition.prefix_of(key.space), key.bytes);
  if (key.space != Space::kItems) return read_row(store, key.space, stored, value);

  RowCache& cache = store.row_cache();
  value = cache.find(stored.slice());
  if (value) return rocksdb::Status::OK();
  const RowCache::Noted noted = cache.note(stored.slice());
  rocksdb::Status status = read_row(store, key.space, stored, value);
  if (status.ok() && value) cache.keep(noted, stored.slice(), *value);
  return status;
}

// All keys at one moment: MultiGet reads all families at the same sequence number.
rocksdb::Status get_many(Store& store, const Partition& partition, std::span<const KeyView> keys,
                         Fetched& fetched) {
  std::vector<StoredKey> stored;
  std::vector<rocksdb::Slice> slices;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  stored.reserve(keys.size());
  for (const KeyView& key : keys) {
    stored.emplace_back(partition.prefix_of(key.space), key.bytes);
    slices.push_back(stored.back().slice());
    families.push_back(store.family(key.space));
  }
  std::vector<Bytes> values;
  const std::vector<rocksdb::Status> statuses =
      store.db().MultiGet(basic_read_options(), families, slices, &values);
  for (size_t i = 0; i < keys.size(); ++i) {
    auto& value = fetched.values.emplace_back();
    if (!partition.covers(keys[i].space, keys[i].bytes)) continue;
    value = std::move(values[i]);
    if (auto status = settle(statuses[i], value); !status.ok()) return status;
  }
  return rocksdb::Status::OK();
}

}  // namespace

std::optional<Failure> cannot_read(const Partition* partition, Space space) {
  if (partition == nullptr || partition->phase() == Phase::kDropped)
    return Failure{Failure::Kind::kNoSuchPartition, "no such partition"};
  if (partition->phase() == Phase::kSealed && is_divided(space))
    return Failure{Failure::Kind::kSealed, "the partition was split"};
  return std::nullopt;
}

std::optional<Outcome<Fetched>> fetch(Store& store, const Partition& partition,
                                      std::span<const KeyView> keys, Reach reach) {
  Outcome<Fetched> outcome;
  // Before the values, which may be newer but never older.
  outcome->version = partition.version();
  rocksdb::Status status;
  std::optional<NoWait> no_wait;
  if (reach == Reach::kMemory) no_wait.emplace();
  if (keys.size() == 1) {
    status = get_one(store, partition, keys.front(), *outcome);
  } else {
    status = get_many(store, partition, keys, *outcome);
  }
  if (reach == Reach::kMemory && needs_longer(status)) return std::nullopt;
  if (!status.ok()) return tl::unexpected<Failure>(unavailable(status));
  // What was read is the partition's only if it was still whole by then.
  for (const KeyView& key : keys)
    if (auto failure = cannot_read(&partition, key.space))
      return tl::unexpected<Failure>(std::move(*failure));
  return outcome;
}

// A RocksDB iterator with the bounds that it refers to.
struct Scan::Cursor {
  Cursor(Store& store, const Partition& partition, Space space, Range range, Reach its_reach)
      : reach(its_reach),
        lower_key(partition.prefix_of(space), range.begin),
        upper_key(stored_end(partition.prefix_of(space), range.end)),
        lower(lower_key.slice()),
        upper(upper_key.slice()) {
    rocksdb::ReadOptions options = basic_read_options();
    options.iterate_lower_bound = &lower;
    options.iterate_upper_bound = &upper;
    if (reach == Reach::kMemory) options.max_skippable_internal_keys = kBriefDeletedKeys;
    iterator.reset(store.db().NewIterator(options, store.family(space)));
  }

  const Reach reach;
  const StoredKey lower_key;
  const StoredKey upper_key;
  const rocksdb::Slice lower;
  const rocksdb::Slice upper;
  std::unique_ptr<rocksdb::Iterator> iterator;
};

Scan::Scan(Store& store, std::shared_ptr<const Partition> partition, const ScanRequest& request)
    : store_(store), partition_(std::move(partition)), request_(request) {}

Scan::~Scan() = default;

void Scan::open(Reach reach) {
  Range range = request_.range;
  if (is_divided(request_.space)) {
    range.begin = std::max<BytesView>(range.begin, partition_->begin);
    const BytesView end = partition_->end;
    if (range.end.empty() || (!end.empty() && end < range.end)) range.end = end;
  }
  page_ = Page();
  page_.version = partition_->version();  // before the rows, as in fetch()
  cursor_.reset();
  if (!range.end.empty() && range.end <= range.begin) return;
  cursor_ = std::make_unique<Cursor>(store_, *partition_, request_.space, range, reach);
  if (request_.direction == Direction::kForward) {
    cursor_->iterator->SeekToFirst();
  } else {
    cursor_->iterator->SeekToLast();
  }
}

bool Scan::advance(Pause pause) {
  if (!cursor_) return true;
  rocksdb::Iterator& iterator = *cursor_->iterator;
  while (iterator.Valid()) {
    const rocksdb::Slice value = iterator.value();
    page_.append(key_of(iterator.key()), {value.data(), value.size()});
    if (page_.size() >= request_.budget.rows || page_.bytes() >= request_.budget.bytes) {
      page_.more = true;  // there may be: to know would be to read on
      return true;
    }
    if (request_.direction == Direction::kForward) {
      iterator.Next();
    } else {
      iterator.Prev();
    }
    if (pause == Pause::kAfterAWhile &&
        (page_.size() >= kBriefRows || page_.bytes() >= kBriefBytes))
      return false;
  }
  return cursor_->reach == Reach::kDisk || !needs_longer(iterator.status());
}

Outcome<Page> Scan::outcome() {
  if (cursor_ && !cursor_->iterator->status().ok())
    return tl::unexpected<Failure>(unavailable(cursor_->iterator->status()));
  if (auto failure = cannot_read(partition_.get(), request_.space))
    return tl::unexpected<Failure>(std::move(*failure));
  return std::move(page_);
}

std::optional<Outcome<Page>> Scan::begin() {
  const NoWait no_wait;
  open(Reach::kMemory);
  if (!advance(Pause::kAfterAWhile)) return std::nullopt;
  return outcome();
}

Outcome<Page> Scan::finish() {
  page_.reserve(std::min(request_.budget.bytes, kMostReserved));
  if (!advance(Pause::kNever)) {
    // From the start, so that all of the page is of one moment.
    open(Reach::kDisk);
    advance(Pause::kNever);
  }
  return outcome();
}

}  // namespace jedlik::engine::rocks
