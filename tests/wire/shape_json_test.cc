#include <gtest/gtest.h>

#include "tests/wire/test_operations.h"
#include "wire/shape_reader.h"
#include "wire/shape_writer.h"

namespace jedlik::wire {
namespace {

using test::Echo;

class ShapeJson : public testing::Test {
 protected:
  Status read(std::string_view json) {
    request_ = {};
    text_ = simdjson::padded_string(json);
    return read_structure(parser_.parse(text_), request_);
  }

  std::string written() const {
    std::string json;
    write_structure(json, request_);
    return json;
  }

  simdjson::dom::parser parser_;
  simdjson::padded_string text_;
  Echo::Request request_;
};

TEST_F(ShapeJson, WritesWhatItReads) {
  const std::string json =
      R"({"Name":"n","Colour":"RED","Limit":7,"Units":-9223372036854775808,"Rate":0.5,"Flag":true,)"
      R"("Tag":{"Key":"k","Value":""},"Tags":[{"Key":"a"},{}],"Texts":["x",""],)"
      R"("Names":{"#a":"b","":"c"},"TagLists":{"t":[{"Key":"k"}],"u":[]},)"
      R"("Values":{":v":{"N":"1"}},"Item":{"id":{"S":"1"}}})";
  ASSERT_TRUE(read(json));
  EXPECT_EQ(written(), json);
}

TEST_F(ShapeJson, IgnoresUnknownMembersAndNulls) {
  ASSERT_TRUE(read(R"({"name":"x","Other":[{"a":{}}],"Limit":null,"Tag":{"Z":1,"Key":null}})"));
  EXPECT_EQ(written(), R"({"Tag":{}})");
}

TEST_F(ShapeJson, OfEqualMembersTheLastCounts) {
  ASSERT_TRUE(
      read(R"({"Name":1,"Name":"x","Limit":3,"Limit":null,"Names":{"a":"1","b":"2","a":"3"}})"));
  EXPECT_EQ(written(), R"({"Name":"x","Names":{"a":"3","b":"2"}})");
  std::string many = R"({"Names":{)";
  for (int i = 0; i < 40; ++i)
    many += "\"k" + std::to_string(i % 20) + "\":\"" + std::to_string(i) + "\",";
  many.back() = '}';
  ASSERT_TRUE(read(many + "}"));
  ASSERT_EQ(request_.names->size(), 20);
  EXPECT_EQ(request_.names->front(), std::make_pair(std::string("k0"), std::string("20")));
}

TEST_F(ShapeJson, CutsFractionsOffIntegers) {
  ASSERT_TRUE(read(R"({"Limit":1.9,"Units":-1.9})"));
  EXPECT_EQ(request_.limit, 1);
  EXPECT_EQ(request_.units, -1);
}

TEST_F(ShapeJson, NotesPresenceOfAnything) {
  for (const char* json : {R"({"Older":1})", R"({"Older":{}})", R"({"Older":["x"]})"}) {
    ASSERT_TRUE(read(json));
    EXPECT_TRUE(request_.older.has_value());
  }
}

struct WrongCase {
  const char* json;
  const char* message;
};

TEST_F(ShapeJson, TellsWrongTypesAsTheServiceDoes) {
  const WrongCase cases[] = {
      {R"({"Name":1})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"Name":-1})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"Name":18446744073709551615})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"Name":[]})", "Unrecognized collection type class java.lang.String"},
      {R"({"Name":{}})", "Start of structure or map found where not expected"},
      {R"({"Limit":"1"})", "STRING_VALUE cannot be converted to Integer"},
      {R"({"Limit":true})", "TRUE_VALUE cannot be converted to Integer"},
      {R"({"Limit":[]})", "Unrecognized collection type class java.lang.Integer"},
      {R"({"Units":"1"})", "STRING_VALUE cannot be converted to Long"},
      {R"({"Units":{}})", "Start of structure or map found where not expected"},
      {R"({"Limit":2147483648})", ""},
      {R"({"Limit":1e300})", ""},
      {R"({"Units":9223372036854775808})", ""},
      {R"({"Units":9.3e18})", ""},
      {R"({"Rate":"1"})", "STRING_VALUE cannot be converted to Double"},
      {R"({"Flag":"true"})", "Unexpected token received from parser"},
      {R"({"Flag":0})", "NUMBER_VALUE cannot be converted to Boolean"},
      {R"({"Flag":0.5})", "DECIMAL_VALUE cannot be converted to Boolean"},
      {R"({"Tag":"x"})", "Unexpected field type"},
      {R"({"Tag":[]})", "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Tag"},
      {R"({"Tags":"x"})", "Unexpected field type"},
      {R"({"Tags":{}})", "Start of structure or map found where not expected"},
      {R"({"Tags":["x"]})", "Unexpected value type in payload"},
      {R"({"Tags":[[]]})",
       "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Tag"},
      {R"({"Tags":[{"Key":1}]})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"Texts":[1]})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"Names":"x"})", "Unexpected field type"},
      {R"({"Names":[]})",
       "Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>"},
      {R"({"TagLists":[]})",
       "Unrecognized collection type java.util.Map<java.lang.String, "
       "java.util.List<com.amazonaws.dynamodb.v20120810.Tag>>"},
      {R"({"TagLists":{"t":"x"}})",
       "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class "
       "java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and "
       "java.lang.Class are in module java.base of loader 'bootstrap')"},
      {R"({"Values":[]})",
       "Unrecognized collection type java.util.Map<java.lang.String, "
       "com.amazonaws.dynamodb.v20120810.AttributeValue>"},
      {R"({"Item":"x"})", "Unexpected field type"},
      {R"({"Item":{"a":1}})", "Unexpected value type in payload"},
      // The first in the order of the declaration.
      {R"({"Flag":1,"Name":1.5})", "DECIMAL_VALUE cannot be converted to String"},
      {"[]", ""},
      {"null", ""},
      {"\"x\"", ""},
  };
  for (const WrongCase& c : cases) {
    const Status status = read(c.json);
    ASSERT_FALSE(status) << c.json;
    EXPECT_EQ(status.error().type, &error_types::kSerialization) << c.json;
    EXPECT_EQ(status.error().message, c.message) << c.json;
  }
}

}  // namespace
}  // namespace jedlik::wire
