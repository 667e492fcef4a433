#include "wire/item_json.h"

#include <gtest/gtest.h>

#include <chrono>

#include "base/limits.h"

namespace jedlik::wire {
namespace {

// Reads an item out of JSON text.
class ItemJson : public testing::Test {
 protected:
  Status read(std::string_view json) {
    item_ = {};
    text_ = simdjson::padded_string(json);
    return read_item(parser_.parse(text_), item_);
  }

  std::string written() const {
    std::string json;
    append_item(json, value::ItemView(item_.stored));
    return json;
  }

  simdjson::dom::parser parser_;
  simdjson::padded_string text_;
  service::ItemInput item_;
};

TEST_F(ItemJson, WritesWhatItReads) {
  const std::string json =
      R"({"s":{"S":"text \"q\" \u0001 é"},"n":{"N":"-12.5"},"b":{"B":"AAEC"},"t":{"BOOL":true},)"
      R"("f":{"BOOL":false},"0":{"NULL":true},"ss":{"SS":["b","a",""]},"ns":{"NS":["3","1"]},)"
      R"("bs":{"BS":["AA==",""]},"l":{"L":[{"S":""},{"L":[]},{"M":{}}]},)"
      R"("m":{"M":{"k":{"M":{"x":{"N":"0"}}}}},"e":{"S":""},"eb":{"B":""}})";
  ASSERT_TRUE(read(json));
  ASSERT_FALSE(item_.refusal);
  EXPECT_TRUE(value::check_item(item_.stored));
  EXPECT_EQ(item_.size_bytes, value::ItemView(item_.stored).size_bytes());
  EXPECT_EQ(written(), json);
}

TEST_F(ItemJson, PrintsNumbersInTheirNormalForm) {
  ASSERT_TRUE(read(R"({"a":{"N":"+1E2"},"b":{"NS":["1.0","0.50","-0"]}})"));
  EXPECT_EQ(written(), R"({"a":{"N":"100"},"b":{"NS":["1","0.5","0"]}})");
}

TEST_F(ItemJson, OfEqualNamesTheLastValueCounts) {
  ASSERT_TRUE(read(R"({"a":{"S":"1"},"b":{"S":"2","S":"3"},"a":{"N":"4"}})"));
  EXPECT_EQ(written(), R"({"a":{"N":"4"},"b":{"S":"3"}})");
  std::string many = "{";
  for (int i = 0; i < 100; ++i)
    many += "\"k" + std::to_string(i % 50) + "\":{\"N\":\"" + std::to_string(i) + "\"},";
  many.back() = '}';
  ASSERT_TRUE(read(many));
  EXPECT_EQ(value::ItemView(item_.stored).attributes().size(), 50);
  EXPECT_EQ(value::ItemView(item_.stored).find("k0")->number().to_text(), "50");
}

TEST_F(ItemJson, IgnoresUnknownMembersAndNulls) {
  ASSERT_TRUE(read(R"({"a":{"Q":[1,{}],"S":"x","N":null}})"));
  EXPECT_FALSE(item_.refusal);
  EXPECT_EQ(written(), R"({"a":{"S":"x"}})");
}

struct FaultCase {
  const char* json;  // an attribute value
  const char* message;
};

constexpr const char* kEmptyValue =
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
constexpr const char* kSeveralTypes =
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
    "supported datatypes";

TEST_F(ItemJson, NotesWhatCannotBeStored) {
  const FaultCase cases[] = {
      {"{}", kEmptyValue},
      {"null", kEmptyValue},
      {R"({"Q":1})", kEmptyValue},
      {R"({"S":null})", kEmptyValue},
      {R"({"S":"a","S":null})", kEmptyValue},
      {R"({"L":[{"S":"a"},{}]})", kEmptyValue},
      {R"({"L":[null]})", kEmptyValue},
      {R"({"M":{"a":null}})", kEmptyValue},
      {R"({"S":"a","N":"1"})", kSeveralTypes},
      {R"({"SS":["a","a"],"S":"z"})", kSeveralTypes},
      {R"({"S":"","N":""})", "The parameter cannot be converted to a numeric value"},
      {R"({"S":"","NS":["1","x"]})", "The parameter cannot be converted to a numeric value: x"},
      {R"({"SS":[]})",
       "One or more parameter values were invalid: An string set  may not be empty"},
      {R"({"NS":[]})",
       "One or more parameter values were invalid: An number set  may not be empty"},
      {R"({"BS":[]})",
       "One or more parameter values were invalid: Binary sets should not be empty"},
      {R"({"SS":["a","b","a"]})",
       "One or more parameter values were invalid: Input collection [a, b, a] contains "
       "duplicates."},
      {R"({"NS":["1","1.0"]})", "Input collection contains duplicates"},
      {R"({"BS":["YQ==","YQ=="]})",
       "One or more parameter values were invalid: Input collection [YQ==, YQ==]of type BS "
       "contains duplicates."},
      {R"({"NULL":false})",
       "One or more parameter values were invalid: Null attribute value types must have the value "
       "of true"},
      {R"({"N":""})", "The parameter cannot be converted to a numeric value"},
      {R"({"N":" 1"})", "The parameter cannot be converted to a numeric value:  1"},
      {R"({"N":"123456789012345678901234567890123456789"})",
       "Attempting to store more than 38 significant digits in a Number"},
      {R"({"N":"1e126"})",
       "Number overflow. Attempting to store a number with magnitude larger than supported range"},
      {R"({"N":"1e-131"})",
       "Number underflow. Attempting to store a number with magnitude smaller than supported "
       "range"},
  };
  for (const FaultCase& c : cases) {
    ASSERT_TRUE(read(std::string(R"({"first":{"S":"ok"},"a":)") + c.json + "}")) << c.json;
    ASSERT_TRUE(item_.refusal) << c.json;
    EXPECT_EQ(item_.refusal->type, &error_types::kValidation);
    EXPECT_EQ(item_.refusal->message, c.message) << c.json;
  }
}

TEST_F(ItemJson, RefusesOtherJsonAtOnce) {
  const FaultCase cases[] = {
      {R"("x")", "Unexpected value type in payload"},
      {"1", "Unexpected value type in payload"},
      {"[]", "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue"},
      {R"({"S":1})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"S":1.5})", "DECIMAL_VALUE cannot be converted to String"},
      {R"({"S":true})", "TRUE_VALUE cannot be converted to String"},
      {R"({"S":false})", "FALSE_VALUE cannot be converted to String"},
      {R"({"S":[]})", "Unrecognized collection type class java.lang.String"},
      {R"({"S":{}})", "Start of structure or map found where not expected"},
      {R"({"N":1})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"B":1})", "only base-64-encoded strings are convertible to bytes"},
      {R"({"B":[]})", "Unrecognized collection type class java.nio.ByteBuffer"},
      {R"({"B":{}})", "Start of structure or map found where not expected"},
      {R"({"B":"abc"})", "Base64 encoded length is expected a multiple of 4 bytes but found: 3"},
      {R"({"B":"YR=="})", "Invalid last non-pad Base64 character dectected"},
      {R"({"BS":["YQ==","a b="]})", "Invalid last non-pad Base64 character dectected"},
      {R"({"BOOL":"true"})", "Unexpected token received from parser"},
      {R"({"BOOL":1})", "NUMBER_VALUE cannot be converted to Boolean"},
      {R"({"NULL":[]})", "Unrecognized collection type class java.lang.Boolean"},
      {R"({"SS":"x"})", "Unexpected field type"},
      {R"({"SS":{}})", "Start of structure or map found where not expected"},
      {R"({"SS":[1]})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"L":"x"})", "Unexpected field type"},
      {R"({"L":["x"]})", "Unexpected value type in payload"},
      {R"({"M":"x"})", "Unexpected field type"},
      {R"({"M":[]})",
       "Unrecognized collection type java.util.Map<java.lang.String, "
       "com.amazonaws.dynamodb.v20120810.AttributeValue>"},
      {R"({"M":{"a":{"S":1}}})", "NUMBER_VALUE cannot be converted to String"},
      // In the order of the service's model, not that of the text.
      {R"({"BOOL":1,"S":1.5})", "DECIMAL_VALUE cannot be converted to String"},
  };
  for (const FaultCase& c : cases) {
    // What is no attribute value is told before what is one but cannot be stored.
    const Status status = read(std::string(R"({"first":{"SS":[]},"a":)") + c.json + "}");
    ASSERT_FALSE(status) << c.json;
    EXPECT_EQ(status.error().type, &error_types::kSerialization);
    EXPECT_EQ(status.error().message, c.message) << c.json;
  }
}

std::string nested(int lists, const std::string& inner) {
  std::string json;
  for (int i = 0; i < lists; ++i)
    json += R"({"L":[)";
  json += inner;
  for (int i = 0; i < lists; ++i)
    json += "]}";
  return R"({"a":)" + json + "}";
}

TEST_F(ItemJson, AllowsAsManyLevelsAsTheService) {
  for (const char* inner : {R"({"S":"x"})", R"({"L":[]})", R"({"SS":["x"]})"}) {
    ASSERT_TRUE(read(nested(limits::kNestingLevels - 1, inner)));
    EXPECT_FALSE(item_.refusal) << inner;
    EXPECT_TRUE(value::check_item(item_.stored));
    ASSERT_TRUE(read(nested(limits::kNestingLevels, inner)));
    ASSERT_TRUE(item_.refusal);
    EXPECT_EQ(item_.refusal->message,
              "Nesting Levels have exceeded supported limits: Attributes in the item have nested "
              "levels beyond supported limit");
  }
  ASSERT_TRUE(read(nested(400, R"({"S":"x"})")));
  EXPECT_TRUE(item_.refusal);
}

// A quadratic reader would take minutes for these.
TEST_F(ItemJson, LooksForDuplicatesInGoodTime) {
  std::string set = R"({"a":{"SS":[)";
  std::string map = R"({"a":{"M":{)";
  for (int i = 0; i < 200'000; ++i) {
    const std::string name = "\"" + std::to_string(i) + "\"";
    set += (i > 0 ? "," : "") + name;
    map += (i > 0 ? "," : "") + name + R"(:{"NULL":true})";
  }
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(read(set + "]}}"));
  EXPECT_FALSE(item_.refusal);
  ASSERT_TRUE(read(set + R"(,"0"]}})"));
  EXPECT_TRUE(item_.refusal);
  ASSERT_TRUE(read(map + "}}}"));
  EXPECT_FALSE(item_.refusal);
  ASSERT_TRUE(read(map + R"(,"0":{"S":"last"}}}})"));
  EXPECT_EQ(value::ItemView(item_.stored).find("a")->map().find("0")->bytes(), "last");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

}  // namespace
}  // namespace jedlik::wire
