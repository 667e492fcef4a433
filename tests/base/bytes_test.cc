#include "base/bytes.h"

#include <gtest/gtest.h>

#include <limits>

namespace jedlik {
namespace {

TEST(Varint, EveryLengthComesBack) {
  for (unsigned bits = 0; bits < 64; ++bits) {
    const uint64_t number = (uint64_t{1} << bits) | 1;
    Bytes bytes;
    append_varint(bytes, number);
    BytesView rest = bytes;
    uint64_t read = 0;
    ASSERT_TRUE(take_varint(rest, read));
    EXPECT_EQ(read, number);
    EXPECT_TRUE(rest.empty());
  }
}

TEST(Varint, TruncatedOrOverlongIsRefused) {
  uint64_t number = 0;
  BytesView truncated("\x80\x80", 2);
  EXPECT_FALSE(take_varint(truncated, number));
  const Bytes overlong = Bytes(9, '\xFF') + '\x02';
  BytesView rest = overlong;
  EXPECT_FALSE(take_varint(rest, number));
  Bytes largest;
  append_varint(largest, std::numeric_limits<uint64_t>::max());
  rest = largest;
  ASSERT_TRUE(take_varint(rest, number));
  EXPECT_EQ(number, std::numeric_limits<uint64_t>::max());
}

TEST(Sized, ComesBackWholeOrNotAtAll) {
  for (const size_t size : {0u, 1u, 127u, 128u, 20'000u}) {
    Bytes stored;
    append_sized(stored, Bytes(size, 'x'));
    BytesView rest = stored;
    BytesView taken;
    ASSERT_TRUE(take_sized(rest, taken));
    EXPECT_EQ(taken, Bytes(size, 'x'));
    EXPECT_TRUE(rest.empty());
    rest = BytesView(stored).substr(0, stored.size() - 1);
    EXPECT_FALSE(take_sized(rest, taken)) << size;
  }
}

TEST(BigEndian, OrderOfBytesIsOrderOfNumbers) {
  Bytes small;
  Bytes large;
  append_big_endian(small, 0x00FF);
  append_big_endian(large, 0x0100);
  EXPECT_LT(small, large);
  EXPECT_EQ(read_big_endian(large), 0x0100U);
}

TEST(Hex, TwoDigitsAByte) {
  EXPECT_EQ(to_hex(BytesView("\x00\xAF", 2)), "00af");
}

}  // namespace
}  // namespace jedlik
