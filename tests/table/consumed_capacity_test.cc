#include "table/consumed_capacity.h"

#include <gtest/gtest.h>

namespace jedlik::table {
namespace {

using engine::Consistency;

TEST(Units, AStrongReadCostsOneForEach4KbBegun) {
  const auto units = [](size_t bytes) {
    return read_units(bytes, Consistency::kStrong).as_number();
  };
  EXPECT_EQ(units(0), 1);
  EXPECT_EQ(units(1), 1);
  EXPECT_EQ(units(4096), 1);
  EXPECT_EQ(units(4097), 2);
  EXPECT_EQ(units(409'600), 100);
}

TEST(Units, AnEventualReadCostsHalf) {
  const auto units = [](size_t bytes) {
    return read_units(bytes, Consistency::kEventual).as_number();
  };
  EXPECT_EQ(units(0), 0.5);
  EXPECT_EQ(units(4096), 0.5);
  EXPECT_EQ(units(4097), 1);
  EXPECT_EQ(units(8193), 1.5);
}

TEST(Units, AWriteCostsOneForEach1KbBegunOfTheLargerItem) {
  const auto units = [](size_t before, size_t after) {
    return write_units(before, after).as_number();
  };
  EXPECT_EQ(units(0, 0), 1);
  EXPECT_EQ(units(0, 1024), 1);
  EXPECT_EQ(units(0, 1025), 2);
  EXPECT_EQ(units(5000, 10), 5);
  EXPECT_EQ(units(10, 5000), 5);
  EXPECT_EQ(units(409'600, 0), 400);
}

TEST(Units, SumsAreExact) {
  Units sum;
  for (int i = 0; i < 1001; ++i)
    sum += read_units(1, Consistency::kEventual);
  EXPECT_EQ(sum.as_number(), 500.5);
}

}  // namespace
}  // namespace jedlik::table
