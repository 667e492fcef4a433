#include "table/journal_record.h"

namespace jedlik::table {

namespace {

// The first byte of every record.
constexpr char kFormat = 1;

// The byte before each change: the cause, and which images follow.
constexpr uint8_t kCauseMask = 0x0f;
constexpr uint8_t kHasOldItem = 0x10;
constexpr uint8_t kHasNewItem = 0x20;

bool take_time(BytesView& from, Timestamp& time) {
  BytesView format;
  BytesView ms;
  if (!take_bytes(from, 1, format) || format.front() != kFormat) return false;
  if (!take_bytes(from, sizeof(uint64_t), ms)) return false;
  time.ms = static_cast<int64_t>(read_big_endian(ms));
  return true;
}

bool take_images(BytesView& from, ItemImages& images) {
  BytesView head;
  if (!take_bytes(from, 1, head)) return false;
  const auto flags = static_cast<uint8_t>(head.front());
  if ((flags & ~(kCauseMask | kHasOldItem | kHasNewItem)) != 0) return false;
  if ((flags & kCauseMask) > static_cast<uint8_t>(WriteCause::kTransaction)) return false;
  images.cause = static_cast<WriteCause>(flags & kCauseMask);
  if (!take_sized(from, images.key)) return false;
  if ((flags & kHasOldItem) != 0 && !take_sized(from, images.old_item.emplace())) return false;
  return (flags & kHasNewItem) == 0 || take_sized(from, images.new_item.emplace());
}

}  // namespace

void append_change(Bytes& record, Timestamp time, const ItemImages& images) {
  if (record.empty()) {
    record.push_back(kFormat);
    append_big_endian(record, static_cast<uint64_t>(time.ms));
  }
  auto flags = static_cast<uint8_t>(images.cause);
  if (images.old_item) flags |= kHasOldItem;
  if (images.new_item) flags |= kHasNewItem;
  record.push_back(static_cast<char>(flags));
  append_sized(record, images.key);
  if (images.old_item) append_sized(record, *images.old_item);
  if (images.new_item) append_sized(record, *images.new_item);
}

std::optional<JournalRecord> read_journal_record(BytesView record) {
  JournalRecord read;
  if (!take_time(record, read.time)) return std::nullopt;
  while (!record.empty()) {
    if (!take_images(record, read.changes.emplace_back())) return std::nullopt;
  }
  return read;
}

std::optional<Timestamp> time_of_record(BytesView record) {
  Timestamp time;
  if (!take_time(record, time)) return std::nullopt;
  return time;
}

}  // namespace jedlik::table
