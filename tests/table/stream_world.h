#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "table/journal.h"
#include "table/journal_record.h"
#include "table/stream_steps.h"
#include "tests/table/item_changes.h"
#include "tests/table/world.h"

// Tables with streams for tests.
namespace jedlik::table {

inline Catalog::Change enable_stream(Timestamp now) {
  return [now](TableSchema& schema) -> Status {
    add_stream(schema, StreamView::kNewAndOldImages, now);
    schema.status = TableStatus::kUpdating;
    return {};
  };
}

inline Status disable_stream(TableSchema& schema) {
  schema.streams.back().status = StreamStatus::kDisabling;
  schema.status = TableStatus::kUpdating;
  return {};
}

// A change that was recorded.
struct Recorded {
  engine::Version version;
  Timestamp time;
  WriteCause cause;
  Bytes key;
  std::optional<Bytes> old_item;
  std::optional<Bytes> new_item;
};

// All that a partition's journal has from a version on.
inline std::vector<Recorded> recorded(Node& node, engine::Engine& engine,
                                      engine::PartitionId partition,
                                      engine::Version from = engine::Version{1}) {
  std::vector<Recorded> all;
  while (true) {
    const auto page = node.run(read_journal(engine, partition, from, {7, size_t{1} << 20}));
    if (!page) continue;  // a strict engine
    for (size_t i = 0; i < page->size(); ++i) {
      const auto record = read_journal_record((*page)[i].record);
      EXPECT_TRUE(record);
      for (const ItemImages& images : record->changes) {
        all.push_back({(*page)[i].version, record->time, images.cause, Bytes(images.key),
                       std::nullopt, std::nullopt});
        if (images.old_item) all.back().old_item = Bytes(*images.old_item);
        if (images.new_item) all.back().new_item = Bytes(*images.new_item);
      }
    }
    from = page->next();
    if (!page->more()) return all;
  }
}

}  // namespace jedlik::table
