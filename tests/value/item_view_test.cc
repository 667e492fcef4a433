#include "value/item_view.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "value/stored_item.h"

namespace jedlik::value {
namespace {

// One attribute of every type, containers within containers.
Item all_types() {
  Map inner;
  inner.append("s", Value(std::string("x")));
  inner.append("empty", Value(Map()));
  List list;
  list.emplace_back(Number(1));
  list.emplace_back(inner);
  list.emplace_back(List());
  Item item;
  item.append("null", Value(Null{}));
  item.append("binary", Value(Binary{Bytes("\0\xFF", 2)}));
  item.append("false", Value(false));
  item.append("true", Value(true));
  item.append("string", Value(std::string(200, 'y')));
  item.append("number", Value(*Number::parse("-12.5")));
  item.append("list", Value(list));
  item.append("map", Value(inner));
  item.append("strings", Value(StringSet{{"b", "", "a"}}));
  item.append("numbers", Value(NumberSet{{Number(3), Number(), Number(-1)}}));
  item.append("binaries", Value(BinarySet{{Bytes("\0", 1), ""}}));
  return item;
}

TEST(ItemView, AttributesAreFoundAndIteratedInTheirOrder) {
  const Item item = all_types();
  const Bytes stored = store_item(item);
  ASSERT_TRUE(check_item(stored));
  const ItemView view(stored);
  std::vector<std::string> names;
  for (const auto& [name, value] : view.attributes()) {
    names.emplace_back(name);
    EXPECT_EQ(value.type(), item.find(name)->type());
    ASSERT_TRUE(view.find(name));
    EXPECT_TRUE(equal(*view.find(name), value));
    EXPECT_EQ(store_value(value.to_value()), store_value(*item.find(name)));
  }
  std::vector<std::string> expected;
  for (const auto& entry : item.entries())
    expected.push_back(entry.first);
  EXPECT_EQ(names, expected);
  EXPECT_EQ(view.attributes().size(), expected.size());
  EXPECT_FALSE(view.find("nul"));
  EXPECT_FALSE(view.find(""));
  EXPECT_EQ(store_item(view.to_item()), stored);
}

}  // namespace
}  // namespace jedlik::value
