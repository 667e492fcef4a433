#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

// What a commit of a partition changed, as the journal keeps it: one record for a commit, with its
// changes in the order in which they were made. docs/formats/journal.md.
namespace jedlik::table {

// Why an item was written. Numbers are part of the stored format and never change.
enum class WriteCause : uint8_t { kUser = 0, kExpiry = 1, kReplication = 2, kTransaction = 3 };

// One item before and after a write, in stored form, of which at least one is there. Views of the
// record, or of what is to be recorded.
struct ItemImages {
  WriteCause cause = WriteCause::kUser;
  BytesView key;  // encoded (item_key.h)
  std::optional<BytesView> old_item;
  std::optional<BytesView> new_item;
};

// Adds a change to a record, which is begun with `time` when it is empty.
void append_change(Bytes& record, Timestamp time, const ItemImages& images);

// A record that was read. Views of the bytes that it was made of.
struct JournalRecord {
  Timestamp time;  // of the commit, by the clock of the node that made it
  std::vector<ItemImages> changes;
};

// None if the bytes are no record that this version can read: a damaged file, or a newer version.
std::optional<JournalRecord> read_journal_record(BytesView record);
// Of the record alone, without looking at its changes.
std::optional<Timestamp> time_of_record(BytesView record);

}  // namespace jedlik::table
