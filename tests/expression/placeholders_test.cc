#include "expression/placeholders.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "expression/condition.h"
#include "expression/update.h"
#include "tests/expression/notation.h"

namespace jedlik::expression {
namespace {

using Has = Placeholders::Expressions;

std::string message_of(const Status& status) {
  return status ? "" : status.error().message;
}

TEST(Placeholders, NeedAnExpressionThatCouldUseThem) {
  Placeholders names;
  names.have_names();
  EXPECT_EQ(message_of(names.check(Has::kNone, "")),
            "ExpressionAttributeNames can only be specified when using expressions");
  Placeholders values;
  values.have_values();
  EXPECT_EQ(
      message_of(values.check(Has::kNone, "UpdateExpression and ConditionExpression are null")),
      "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression "
      "and ConditionExpression are null");
  EXPECT_EQ(message_of(values.check(Has::kSome, "FilterExpression is null")),
            "ExpressionAttributeValues can only be specified when using expressions: "
            "FilterExpression is null");
  Placeholders none;
  EXPECT_EQ(message_of(none.check(Has::kNone, "FilterExpression is null")), "");
}

TEST(Placeholders, AreNotEmpty) {
  Placeholders both;
  both.have_names();
  both.have_values();
  EXPECT_EQ(message_of(both.check(Has::kSome, "")), "ExpressionAttributeNames must not be empty");
  Placeholders values;
  values.have_values();
  EXPECT_EQ(message_of(values.check(Has::kSome, "")),
            "ExpressionAttributeValues must not be empty");
}

TEST(Placeholders, HaveASignAndAWord) {
  for (const std::string_view wrong : {"a", "#", "#a-b", "#a b", "", "#\xC3\xA9", ":a", "##"}) {
    Placeholders placeholders;
    placeholders.have_names();
    placeholders.add_name(wrong, "x");
    EXPECT_EQ(message_of(placeholders.check(Has::kSome, "")),
              "ExpressionAttributeNames contains invalid key: Syntax error; key: \"" +
                  std::string(wrong) + "\"");
  }
  const Bytes one = stored_value("1");
  for (const std::string_view wrong : {"a", ":", ":a-b", "#a"}) {
    Placeholders placeholders;
    placeholders.have_values();
    placeholders.add_value(wrong, one, nullptr);
    EXPECT_EQ(message_of(placeholders.check(Has::kSome, "")),
              "ExpressionAttributeValues contains invalid key: Syntax error; key: \"" +
                  std::string(wrong) + "\"");
  }
  Bindings right("#a = x; #_ = y; #1 = z; :a = 1; :_ = 2; :1 = 3");
  EXPECT_EQ(message_of(right.placeholders().check(Has::kSome, "")), "");
}

TEST(Placeholders, HaveLimits) {
  const std::string long_word = "#" + std::string(300, 'a');
  Placeholders long_placeholder;
  long_placeholder.add_name(long_word, "x");
  EXPECT_EQ(message_of(long_placeholder.check(Has::kSome, "")),
            "ExpressionAttributeNames contains invalid key: The expression attribute map contains "
            "a key that is too long; size of key: 301");
  Placeholders no_name;
  no_name.add_name("#a", "");
  EXPECT_EQ(message_of(no_name.check(Has::kSome, "")),
            "ExpressionAttributeNames contains invalid value: Empty attribute name for key #a");
  const std::string huge_name(65536, 'x');
  Placeholders huge;
  huge.add_name("#a", huge_name);
  EXPECT_EQ(message_of(huge.check(Has::kSome, "")),
            "ExpressionAttributeNames contains invalid value: Attribute name is too large, must be "
            "less than 65536 bytes for key #a");
  const Bytes large = stored_value("\"" + std::string(1100 * 1024, 'x') + "\"");
  Placeholders values;
  values.add_value(":a", large, nullptr);
  EXPECT_EQ(message_of(values.check(Has::kSome, "")), "");
  values.add_value(":b", large, nullptr);
  EXPECT_EQ(message_of(values.check(Has::kSome, "")), "ExpressionAttributeValues exceeds max size");
}

TEST(Placeholders, RefusalsOfValuesComeAfterThoseOfPlaceholders) {
  const ApiError refusal = validation("The parameter cannot be converted to a numeric value: x");
  Placeholders placeholders;
  placeholders.add_value(":a", "", &refusal);
  EXPECT_EQ(message_of(placeholders.check(Has::kSome, "")),
            "ExpressionAttributeValues contains invalid value: The parameter cannot be converted "
            "to a numeric value: x for key :a");
  const Bytes one = stored_value("1");
  placeholders.add_value("b", one, nullptr);
  EXPECT_EQ(message_of(placeholders.check(Has::kSome, "")),
            "ExpressionAttributeValues contains invalid key: Syntax error; key: \"b\"");
}

TEST(Placeholders, EachMustBeUsedByOneOfTheExpressions) {
  Bindings bindings("#a = x; #b = y; :v = 1; :w = 2");
  Placeholders& placeholders = bindings.placeholders();
  EXPECT_EQ(message_of(placeholders.check_all_used()),
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}");
  ASSERT_TRUE(parse_update("SET #a = :v", placeholders));
  EXPECT_EQ(message_of(placeholders.check_all_used()),
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}");
  ASSERT_TRUE(parse_condition("attribute_exists(c.#b)", Kind::kCondition, placeholders));
  EXPECT_EQ(message_of(placeholders.check_all_used()),
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}");
  ASSERT_TRUE(parse_condition("c = :w", Kind::kCondition, placeholders));
  EXPECT_EQ(message_of(placeholders.check_all_used()), "");
}

TEST(Placeholders, OneOfManyIsFound) {
  std::map<std::string, std::string> names;
  for (int i = 0; i < 1000; ++i)
    names["#n" + std::to_string(i)] = "name" + std::to_string(i);
  Placeholders placeholders;
  for (const auto& [placeholder, name] : names)
    placeholders.add_name(placeholder, name);
  for (const auto& [placeholder, name] : names)
    EXPECT_EQ(placeholders.use_name(placeholder), name);
  EXPECT_FALSE(placeholders.use_name("#n1000"));
  EXPECT_FALSE(placeholders.use_name("#"));
  EXPECT_EQ(message_of(placeholders.check_all_used()), "");
}

struct ValueOfRequest {
  Bytes stored;
  std::optional<ApiError> refusal;
};

TEST(Placeholders, AreTakenFromTheMembersOfARequest) {
  const std::map<std::string, std::string> names = {{"#a", "b"}};
  const std::map<std::string, ValueOfRequest> values = {{":v", {stored_value("12"), {}}}};
  Placeholders placeholders;
  placeholders.add_all(&names, &values);
  EXPECT_EQ(placeholders.use_name("#a"), "b");
  ASSERT_TRUE(placeholders.use_value(":v"));
  EXPECT_EQ(placeholders.use_value(":v")->number(), value::Number(12));

  Placeholders absent;
  absent.add_all<std::map<std::string, std::string>, std::map<std::string, ValueOfRequest>>(
      nullptr, nullptr);
  EXPECT_EQ(message_of(absent.check(Has::kNone, "FilterExpression is null")), "");
}

}  // namespace
}  // namespace jedlik::expression
