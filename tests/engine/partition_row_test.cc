#include <gtest/gtest.h>

#include <limits>

#include "base/bytes.h"
#include "engine/rocksdb/partition.h"

namespace jedlik::engine::rocks {
namespace {

PartitionRow sealed_row() {
  PartitionRow row;
  row.phase = Phase::kSealed;
  row.version = 300;
  row.tallies = {-1, std::numeric_limits<int64_t>::max()};
  row.prefix = 7;
  row.begin = "b";
  row.end = "ef";
  row.children = Children{"d", PartitionId{8}, PartitionId{9}};
  return row;
}

void expect_same(const PartitionRow& a, const PartitionRow& b) {
  EXPECT_EQ(a.phase, b.phase);
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(a.tallies, b.tallies);
  EXPECT_EQ(a.prefix, b.prefix);
  EXPECT_EQ(a.begin, b.begin);
  EXPECT_EQ(a.end, b.end);
  EXPECT_EQ(a.children, b.children);
}

TEST(PartitionRow, ComesBack) {
  for (const int64_t tally : {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{-12345},
                              std::numeric_limits<int64_t>::min()}) {
    PartitionRow row = sealed_row();
    row.tallies[0] = tally;
    const auto decoded = decode_row(encode_row(row));
    ASSERT_TRUE(decoded);
    expect_same(*decoded, row);
  }
  PartitionRow plain;
  plain.version = std::numeric_limits<uint64_t>::max();
  const auto decoded = decode_row(encode_row(plain));
  ASSERT_TRUE(decoded);
  expect_same(*decoded, plain);
}

// Rows that are on users' disks must stay readable: docs/engine.md has the same bytes.
TEST(PartitionRow, HasTheDocumentedForm) {
  EXPECT_EQ(to_hex(encode_row(sealed_row())),
            "0102"                    // format 1, sealed
            "ac02"                    // version 300
            "01feffffffffffffffff01"  // tallies -1 and the largest
            "0000000000000007"        // prefix
            "0162026566"              // from "b" to "ef"
            "016400000000000000080000000000000009");
  EXPECT_EQ(to_hex(encode_row(PartitionRow())),
            "0101000000000000000000000000"
            "00");
}

TEST(PartitionRow, HasAFormatOfItsOwnForMoreTallies) {
  PartitionRow row = sealed_row();
  row.tallies[3] = 2;
  const Bytes bytes = encode_row(row);
  EXPECT_EQ(to_hex(bytes),
            "0202"                      // format 2, sealed
            "ac02"                      // version 300
            "04"                        // four tallies
            "01feffffffffffffffff0100"  // -1, the largest, 0
            "04"                        // 2
            "0000000000000007"
            "0162026566"
            "016400000000000000080000000000000009");
  const auto decoded = decode_row(bytes);
  ASSERT_TRUE(decoded);
  expect_same(*decoded, row);
  row.tallies.back() = -7;
  expect_same(*decode_row(encode_row(row)), row);
}

TEST(PartitionRow, DamagedOrNewerIsNotRead) {
  PartitionRow row = sealed_row();
  row.tallies[3] = 2;
  Bytes too_many = encode_row(row);
  too_many[4] = 13;
  EXPECT_FALSE(decode_row(too_many));
  const Bytes whole = encode_row(sealed_row());
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(decode_row(BytesView(whole).substr(0, size))) << size;
  EXPECT_FALSE(decode_row(whole + '\0'));
  Bytes newer = whole;
  newer[0] = 3;
  EXPECT_FALSE(decode_row(newer));
  Bytes unknown_phase = whole;
  unknown_phase[1] = 4;
  EXPECT_FALSE(decode_row(unknown_phase));
}

}  // namespace
}  // namespace jedlik::engine::rocks
