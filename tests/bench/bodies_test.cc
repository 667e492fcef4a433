#include "bench/bodies.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <array>

#include "bench/zipfian.h"

namespace jedlik::bench {
namespace {

// The JSON without its spaces; a failure where it is none.
class BodiesTest : public testing::Test {
 protected:
  simdjson::dom::element parse(const std::string& body) {
    simdjson::dom::element element;
    EXPECT_EQ(parser_.parse(body).get(element), simdjson::SUCCESS) << body;
    return element;
  }

  static std::string text(simdjson::simdjson_result<simdjson::dom::element> element) {
    std::string_view view;
    EXPECT_EQ(element.get(view), simdjson::SUCCESS);
    return std::string(view);
  }

  static size_t size_of(simdjson::simdjson_result<simdjson::dom::element> element) {
    simdjson::dom::array array;
    EXPECT_EQ(element.get(array), simdjson::SUCCESS);
    return array.size();
  }

  simdjson::dom::parser parser_;
  std::string body_ = "what was there before";
  Bodies simple_{{"t-1", 3, 101, 1}, false, 1};
  Bodies sorted_{{"t-2", 1, 5, 10}, true, 1};
};

const std::string kKey0 = "user6284781860667377211";
const std::string kKey1 = "user8517097267634966620";

TEST_F(BodiesTest, AnItemHasItsKeyAndTheBytesThatWereAskedFor) {
  simple_.put_item(body_, 1);
  const auto put = parse(body_);
  EXPECT_EQ(text(put["TableName"]), "t-1");
  EXPECT_EQ(text(put["Item"]["id"]["S"]), kKey1);
  EXPECT_EQ(text(put["Item"]["field0"]["S"]).size(), 34U);
  EXPECT_EQ(text(put["Item"]["field1"]["S"]).size(), 34U);
  EXPECT_EQ(text(put["Item"]["field2"]["S"]).size(), 33U);
  EXPECT_EQ(simdjson::dom::object(put["Item"]).size(), 4U);
  const std::string first = body_;
  simple_.put_item(body_, 1);
  EXPECT_NE(body_, first) << "the values are the same twice";
}

TEST_F(BodiesTest, ItemsOfOneKeyHaveASortKey) {
  sorted_.get_item(body_, 13);
  const auto get = parse(body_);
  EXPECT_EQ(text(get["Key"]["id"]["S"]), kKey1);
  EXPECT_EQ(text(get["Key"]["n"]["N"]), "3");
  EXPECT_TRUE(bool(get["ConsistentRead"]));
  simple_.get_item(body_, 0);
  EXPECT_EQ(body_, R"({"TableName":"t-1","Key":{"id":{"S":")" + kKey0 + R"("}}})");
}

TEST_F(BodiesTest, AnUpdateSetsOneField) {
  std::array<int, 3> seen{};
  for (int i = 0; i < 100; ++i) {
    simple_.update_item(body_, 0);
    const auto update = parse(body_);
    const std::string expression = text(update["UpdateExpression"]);
    ASSERT_EQ(expression.substr(0, 9), "SET field");
    ASSERT_EQ(expression.substr(10), " = :v");
    ++seen.at(static_cast<size_t>(expression[9] - '0'));
    EXPECT_GE(text(update["ExpressionAttributeValues"][":v"]["S"]).size(), 33U);
    EXPECT_TRUE(update["ConditionExpression"].error());
  }
  for (const int count : seen)
    EXPECT_GT(count, 10);
}

TEST_F(BodiesTest, AConditionalUpdateHasAConditionAndTwoActions) {
  simple_.update_item_if_there(body_, 0);
  const auto update = parse(body_);
  EXPECT_EQ(text(update["ConditionExpression"]), "attribute_exists(id)");
  EXPECT_NE(text(update["UpdateExpression"]).find(" = :v ADD update_count :one"),
            std::string::npos);
  EXPECT_EQ(text(update["ExpressionAttributeValues"][":one"]["N"]), "1");
}

TEST_F(BodiesTest, AQueryIsForAKeyAndAScanGoesOnAfterOne) {
  sorted_.query(body_, 19);
  const auto query = parse(body_);
  EXPECT_EQ(text(query["KeyConditionExpression"]), "id = :id");
  EXPECT_EQ(text(query["ExpressionAttributeValues"][":id"]["S"]), kKey1);
  simple_.scan(body_, 0, 17);
  const auto scan = parse(body_);
  EXPECT_EQ(uint64_t(scan["Limit"]), 17U);
  EXPECT_EQ(text(scan["ExclusiveStartKey"]["id"]["S"]), kKey0);
  EXPECT_TRUE(scan["ConsistentRead"].error());
}

TEST_F(BodiesTest, BatchesAndTransactionsHaveAllTheirItems) {
  const std::array<uint64_t, 3> items{0, 1, 2};
  simple_.batch_get(body_, items);
  EXPECT_EQ(size_of(parse(body_)["RequestItems"]["t-1"]["Keys"]), 3U);
  simple_.batch_write(body_, items);
  const auto write = parse(body_);
  EXPECT_EQ(size_of(write["RequestItems"]["t-1"]), 3U);
  EXPECT_EQ(text(write["RequestItems"]["t-1"].at(1)["PutRequest"]["Item"]["id"]["S"]), kKey1);
  simple_.transact_get(body_, items);
  const auto get = parse(body_);
  EXPECT_EQ(size_of(get["TransactItems"]), 3U);
  EXPECT_EQ(text(get["TransactItems"].at(1)["Get"]["Key"]["id"]["S"]), kKey1);
  simple_.transact_write(body_, items);
  const auto put = parse(body_);
  EXPECT_EQ(size_of(put["TransactItems"]), 3U);
  EXPECT_EQ(text(put["TransactItems"].at(0)["Put"]["TableName"]), "t-1");
  simple_.batch_write_again(body_, R"({"t-1":[]})");
  EXPECT_EQ(body_, R"({"RequestItems":{"t-1":[]}})");
}

TEST_F(BodiesTest, ATableHasASortKeyWhereItsItemsNeedOne) {
  simple_.create_table(body_);
  const auto simple = parse(body_);
  EXPECT_EQ(text(simple["BillingMode"]), "PAY_PER_REQUEST");
  EXPECT_EQ(size_of(simple["KeySchema"]), 1U);
  EXPECT_EQ(size_of(simple["AttributeDefinitions"]), 1U);
  sorted_.create_table(body_);
  const auto sorted = parse(body_);
  EXPECT_EQ(text(sorted["KeySchema"].at(1)["AttributeName"]), "n");
  EXPECT_EQ(text(sorted["AttributeDefinitions"].at(1)["AttributeType"]), "N");
  sorted_.name_table(body_);
  EXPECT_EQ(body_, R"({"TableName":"t-2"})");
}

}  // namespace
}  // namespace jedlik::bench
