#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/value/hex.h"
#include "value/stored_item.h"

// Items as older versions wrote them, in tests/value/data/. These files are never changed: what was
// once stored stays readable.

namespace jedlik::value {
namespace {

// Hexadecimal digits; lines that begin with # are comments.
Bytes read_hex_file(const std::string& name) {
  std::ifstream file(JEDLIK_SOURCE_DIR "/tests/value/data/" + name);
  EXPECT_TRUE(file) << name;
  Bytes bytes;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with('#')) bytes += unhex(line);
  }
  return bytes;
}

void expect_item(const Bytes& stored, const Item& expected) {
  ASSERT_TRUE(check_item(stored));
  const Item item = ItemView(stored).to_item();
  EXPECT_EQ(to_hex(store_item(item)), to_hex(store_item(expected)));
  for (const auto& entry : expected.entries()) {
    const auto found = ItemView(stored).find(entry.first);
    ASSERT_TRUE(found) << entry.first;
    EXPECT_TRUE(equal(*found, ValueView(store_value(entry.second)))) << entry.first;
  }
}

Item all_types() {
  Map inner;
  inner.append("s", Value(std::string("x")));
  inner.append("", Value(Map()));
  List list = {Value(Number(1)), Value(inner), Value(List())};
  Item item;
  item.append("null", Value(Null{}));
  item.append("binary", Value(Binary{Bytes("\0\xFF", 2)}));
  item.append("false", Value(false));
  item.append("true", Value(true));
  item.append("string", Value(std::string(200, 'y')));
  item.append("empty string", Value(std::string()));
  item.append("zero", Value(Number()));
  item.append("number", Value(*Number::parse("-12.5")));
  item.append("largest", Value(*Number::parse(std::string(38, '9') + "e88")));
  item.append("smallest", Value(*Number::parse("-1e-130")));
  item.append("list", Value(list));
  item.append("map", Value(inner));
  item.append("strings", Value(StringSet{{"b", "", "\xC3\xA9"}}));
  item.append("numbers", Value(NumberSet{{Number(3), Number(), Number(-1)}}));
  item.append("binaries", Value(BinarySet{{Bytes("\0", 1), ""}}));
  item.append("", Value(Null{}));
  return item;
}

TEST(FormatFiles, VersionOneWithEveryTypeStaysReadable) {
  expect_item(read_hex_file("item_v1_all_types.hex"), all_types());
}

TEST(FormatFiles, VersionOneAtTheDeepestStaysReadable) {
  Value value(std::string("bottom"));
  for (int i = 0; i < 31; ++i) {
    if (i % 2 == 0) {
      List list;
      list.push_back(std::move(value));
      value = Value(std::move(list));
    } else {
      Map map;
      map.append("m", std::move(value));
      value = Value(std::move(map));
    }
  }
  Item item;
  item.append("deep", std::move(value));
  expect_item(read_hex_file("item_v1_deepest.hex"), item);
}

TEST(FormatFiles, VersionOneWithoutAttributesStaysReadable) {
  expect_item(read_hex_file("item_v1_empty.hex"), Item());
}

}  // namespace
}  // namespace jedlik::value
