#include "bench/bodies.h"

#include <fmt/format.h>

#include <iterator>

#include "bench/zipfian.h"

namespace jedlik::bench {

namespace {

// Printable, and nothing that JSON escapes.
constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void append_number(std::string& to, uint64_t number) {
  fmt::format_to(std::back_inserter(to), "{}", number);
}

}  // namespace

Bodies::Bodies(ItemShape shape, bool is_consistent, uint64_t seed)
    : shape_(std::move(shape)),
      is_consistent_(is_consistent),
      random_(seed),
      table_(fmt::format(R"("TableName":"{}",)", shape_.table)) {
  // Twice as long as a value, at least, so that values differ.
  const uint64_t length = 64 * 1024 + 2 * bytes_of_field(0);
  text_.reserve(length);
  for (uint64_t i = 0; i < length; ++i)
    text_ += kLetters[random_.next() >> 58];
}

// The first fields take what does not divide.
uint64_t Bodies::bytes_of_field(uint64_t field) const {
  const uint64_t rest = shape_.value_bytes % shape_.fields;
  return shape_.value_bytes / shape_.fields + (field < rest ? 1 : 0);
}

void Bodies::append_key(std::string& to, uint64_t item) const {
  to += R"("id":{"S":"user)";
  append_number(to, scatter(item / shape_.items_per_key));
  to += R"("})";
  if (shape_.items_per_key == 1) return;
  to += R"(,"n":{"N":")";
  append_number(to, item % shape_.items_per_key);
  to += R"("})";
}

void Bodies::append_value(std::string& to, uint64_t bytes) {
  to += R"({"S":")";
  to.append(text_, random_.below(text_.size() - bytes), bytes);
  to += R"("})";
}

void Bodies::append_item(std::string& to, uint64_t item) {
  append_key(to, item);
  for (uint64_t field = 0; field < shape_.fields; ++field) {
    to += R"(,"field)";
    append_number(to, field);
    to += R"(":)";
    append_value(to, bytes_of_field(field));
  }
}

void Bodies::append_read(std::string& to) const {
  if (is_consistent_) to += R"("ConsistentRead":true,)";
}

void Bodies::create_table(std::string& to) const {
  const bool has_sort_key = shape_.items_per_key > 1;
  to = "{" + table_ + R"("BillingMode":"PAY_PER_REQUEST",)";
  to += R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"})";
  if (has_sort_key) to += R"(,{"AttributeName":"n","AttributeType":"N"})";
  to += R"(],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"})";
  if (has_sort_key) to += R"(,{"AttributeName":"n","KeyType":"RANGE"})";
  to += "]}";
}

void Bodies::name_table(std::string& to) const {
  to = "{" + table_;
  to.back() = '}';
}

void Bodies::get_item(std::string& to, uint64_t item) const {
  to = "{";
  to += table_;
  append_read(to);
  to += R"("Key":{)";
  append_key(to, item);
  to += "}}";
}

void Bodies::put_item(std::string& to, uint64_t item) {
  to = "{";
  to += table_;
  to += R"("Item":{)";
  append_item(to, item);
  to += "}}";
}

// `values` and `rest` are further JSON: of the expression's values, and of the expression to the
// end.
void Bodies::write_update(std::string& to, uint64_t item, std::string_view values,
                          std::string_view rest) {
  to = "{";
  to += table_;
  to += R"("Key":{)";
  append_key(to, item);
  const uint64_t field = random_.below(shape_.fields);
  to += R"(},"ExpressionAttributeValues":{":v":)";
  append_value(to, bytes_of_field(field));
  to += values;
  to += R"(},"UpdateExpression":"SET field)";
  append_number(to, field);
  to += " = :v";
  to += rest;
}

void Bodies::update_item(std::string& to, uint64_t item) {
  write_update(to, item, "", R"("})");
}

void Bodies::update_item_if_there(std::string& to, uint64_t item) {
  write_update(to, item, R"(,":one":{"N":"1"})",
               " ADD update_count :one\",\"ConditionExpression\":\"attribute_exists(id)\"}");
}

void Bodies::query(std::string& to, uint64_t item) const {
  to = "{";
  to += table_;
  append_read(to);
  to += R"("KeyConditionExpression":"id = :id","ExpressionAttributeValues":{":id":{"S":"user)";
  append_number(to, scatter(item / shape_.items_per_key));
  to += R"("}}})";
}

void Bodies::scan(std::string& to, uint64_t item, uint64_t limit) const {
  to = "{";
  to += table_;
  append_read(to);
  to += R"("Limit":)";
  append_number(to, limit);
  to += R"(,"ExclusiveStartKey":{)";
  append_key(to, item);
  to += "}}";
}

void Bodies::batch_get(std::string& to, std::span<const uint64_t> items) const {
  to = R"({"RequestItems":{")";
  to += shape_.table;
  to += R"(":{)";
  append_read(to);
  to += R"("Keys":[)";
  for (const uint64_t item : items) {
    to += '{';
    append_key(to, item);
    to += "},";
  }
  to.back() = ']';
  to += "}}}";
}

void Bodies::batch_write(std::string& to, std::span<const uint64_t> items) {
  to = R"({"RequestItems":{")";
  to += shape_.table;
  to += R"(":[)";
  for (const uint64_t item : items) {
    to += R"({"PutRequest":{"Item":{)";
    append_item(to, item);
    to += "}}},";
  }
  to.back() = ']';
  to += "}}";
}

void Bodies::batch_write_again(std::string& to, std::string_view unprocessed_items) const {
  to = R"({"RequestItems":)";
  to += unprocessed_items;
  to += '}';
}

void Bodies::transact_get(std::string& to, std::span<const uint64_t> items) const {
  to = R"({"TransactItems":[)";
  for (const uint64_t item : items) {
    to += R"({"Get":{)";
    to += table_;
    to += R"("Key":{)";
    append_key(to, item);
    to += "}}},";
  }
  to.back() = ']';
  to += '}';
}

void Bodies::transact_write(std::string& to, std::span<const uint64_t> items) {
  to = R"({"TransactItems":[)";
  for (const uint64_t item : items) {
    to += R"({"Put":{)";
    to += table_;
    to += R"("Item":{)";
    append_item(to, item);
    to += "}}},";
  }
  to.back() = ']';
  to += '}';
}

}  // namespace jedlik::bench
