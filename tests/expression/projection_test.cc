#include "expression/projection.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/expression/notation.h"

namespace jedlik::expression {
namespace {

constexpr std::string_view kItem = R"({
  s: "s", n: 5, l: ["0", "1", {x: 1, y: [10, 11, 12]}, "3"], m: {x: 1, y: "y", l: [0, 1, 2], m: {z: 1}},
  st: ss["a", "b"], "a.b": 1, el: [], em: {}
})";

struct ProjectionCase {
  std::string_view text;
  std::string_view expected;
};

constexpr ProjectionCase kCases[] = {
    {"s", R"({s: "s"})"},
    {"s, n, zz", R"({s: "s", n: 5})"},
    {"zz", "{}"},
    {"m", R"({m: {x: 1, y: "y", l: [0, 1, 2], m: {z: 1}}})"},
    {"m.x", "{m: {x: 1}}"},
    {"m.y, s, m.x", R"({m: {x: 1, y: "y"}, s: "s"})"},
    {"m.zz", "{}"},
    {"m.zz.q", "{}"},
    {"m.zz, m.x", "{m: {x: 1}}"},
    {"m.m.z, m.m.y", "{m: {m: {z: 1}}}"},
    {"m.m.y", "{}"},
    {"m[0]", "{}"},
    {"m.l[2], m.l[0], m.x", "{m: {x: 1, l: [0, 2]}}"},
    {"l[3], l[0]", R"({l: ["0", "3"]})"},
    {"l[9]", "{}"},
    {"l[1], l[9]", R"({l: ["1"]})"},
    {"l.x", "{}"},
    {"l[2].y[1], l[2].y[0], l[0]", R"({l: ["0", {y: [10, 11]}]})"},
    {"l[2].zz, l[1]", R"({l: ["1"]})"},
    {"s.x, s2[0]", "{}"},
    {"st", R"({st: ss["a", "b"]})"},
    {"st.a", "{}"},
    {"el, em", "{el: [], em: {}}"},
    {"el[0], em.x", "{}"},
    {"#dot", R"({"a.b": 1})"},
};

TEST(Projection, KeepsWhatIsChosen) {
  const Bytes item = stored_item(kItem);
  for (const ProjectionCase& one : kCases) {
    Bindings bindings("#dot = a.b");
    const Result<Projection> projection = parse_projection(one.text, bindings.placeholders());
    ASSERT_TRUE(projection.has_value()) << one.text << ": " << projection.error().message;
    Bytes chosen;
    const size_t size = projection->apply(value::ItemView(item), chosen);
    ASSERT_TRUE(value::check_item(chosen)) << one.text;
    EXPECT_EQ(item_notation(chosen), item_notation(stored_item(one.expected))) << one.text;
    EXPECT_EQ(size, value::ItemView(chosen).size_bytes()) << one.text;
  }
}

TEST(Projection, AppendsToWhatIsThere) {
  Projection projection;
  projection.add("s");
  const Bytes item = stored_item(kItem);
  Bytes chosen = "before";
  projection.apply(value::ItemView(item), chosen);
  EXPECT_EQ(chosen.substr(0, 6), "before");
  EXPECT_EQ(item_notation(BytesView(chosen).substr(6)), R"({s: "s"})");
}

TEST(Projection, OfNothingIsAnEmptyItem) {
  const Bytes item = stored_item(kItem);
  Bytes chosen;
  EXPECT_EQ(Projection().apply(value::ItemView(item), chosen), 0U);
  EXPECT_EQ(item_notation(chosen), "{}");
}

TEST(Projection, IsMadeOfNamesToo) {
  Projection projection;
  EXPECT_TRUE(projection.empty());
  for (const std::string_view name : {"s", "n", "s", "zz"})
    projection.add(name);
  EXPECT_FALSE(projection.empty());
  EXPECT_EQ(projection.attribute_names(), (std::vector<std::string_view>{"n", "s", "zz"}));
  const Bytes item = stored_item(kItem);
  Bytes chosen;
  projection.apply(value::ItemView(item), chosen);
  EXPECT_EQ(item_notation(chosen), R"({n: 5, s: "s"})");
}

TEST(Projection, KeyAttributesAreScalars) {
  const std::string_view key[] = {"pk", "sk"};
  Bindings bindings("");
  EXPECT_TRUE(parse_projection("pk, a.sk, b[0]", bindings.placeholders())
                  ->check_keys_are_whole(key)
                  .has_value());
  EXPECT_EQ(parse_projection("a, sk[0]", bindings.placeholders())
                ->check_keys_are_whole(key)
                .error()
                .message,
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
            "allowed: Key: sk");
}

PathElement name_step(std::string_view name) {
  PathElement element;
  element.name = name;
  return element;
}

TEST(PathSet, APathThatLeadsIntoAnotherAddsNothing) {
  const PathElement a[] = {name_step("a")};
  const PathElement ab[] = {name_step("a"), name_step("b")};
  const PathElement ac[] = {name_step("a"), name_step("c")};
  PathSet shorter_first;
  shorter_first.add(a, 1);
  shorter_first.add(ab, 2);
  shorter_first.add(a, 3);
  EXPECT_EQ(shorter_first.all().size(), 1U);
  EXPECT_EQ(shorter_first.number(shorter_first.find(shorter_first.all(), "a")), 1U);

  PathSet longer_first;
  longer_first.add(ab, 1);
  longer_first.add(ac, 2);
  EXPECT_EQ(longer_first.all().size(), 2U);
  longer_first.add(a, 3);
  ASSERT_EQ(longer_first.all().size(), 1U);
  const PathSet::Level level = longer_first.find(longer_first.all(), "a");
  EXPECT_TRUE(longer_first.is_end(level));
  EXPECT_EQ(longer_first.number(level), 3U);
  EXPECT_TRUE(longer_first.find(longer_first.all(), "b").empty());
}

}  // namespace
}  // namespace jedlik::expression
