#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/attribute_value.h"
#include "service/context.h"
#include "service/dynamodb/operations.h"
#include "tests/table/world.h"

// Operations run as the wire runs them, without the wire: on the model engine, on one thread.
namespace jedlik::service::dynamodb {

using table::Attributes;
using table::message_of;
using table::number;
using table::stored;
using table::text;

// A server over an engine that outlives it.
class TestServer {
 public:
  explicit TestServer(engine::Engine& engine, size_t partitions_of_a_table = 1, uint64_t seed = 1)
      : node_(table::Node::open(engine, table::Node::options(partitions_of_a_table), seed)),
        context_{node_->clock(), node_->catalog(), node_->items(),
                 "us-east-1",    "000000000000",   "127.0.0.1:8000"} {}

  // Runs an operation to its answer; its table's step may still be under way.
  template <class Operation>
  Result<typename Operation::Response> run(typename Operation::Request request) {
    return node_->run(Operation::run(context_, std::move(request)));
  }

  void settle() { node_->settle(); }
  table::Node& node() { return *node_; }
  Context& context() { return context_; }

 private:
  std::unique_ptr<table::Node> node_;
  Context context_;
};

// Requests as a client would write them.
inline ItemInput input(const Attributes& attributes) {
  ItemInput input;
  input.stored = stored(attributes);
  input.size_bytes = value::ItemView(input.stored).size_bytes();
  return input;
}

inline StringMap<ValueInput> values(const Attributes& attributes) {
  StringMap<ValueInput> values;
  for (const auto& [name, value] : attributes) {
    ValueInput input;
    input.stored = value::store_value(value);
    values.emplace_back(name, std::move(input));
  }
  return values;
}

// "pk" is the partition key, a string; "sk" the sort key, a number. On demand.
inline CreateTable::Request create_request(std::string name) {
  CreateTable::Request request;
  request.table_name = std::move(name);
  request.billing_mode = "PAY_PER_REQUEST";
  request.key_schema = {{"pk", "HASH"}, {"sk", "RANGE"}};
  request.attribute_definitions = {{"pk", "S"}, {"sk", "N"}};
  return request;
}

inline void make_table(TestServer& server, std::string name) {
  const auto created = server.run<CreateTable>(create_request(std::move(name)));
  ASSERT_TRUE(created) << message_of(created);
  server.settle();
}

inline PutItem::Request put_request(const std::string& table, const Attributes& item) {
  PutItem::Request request;
  request.table_name = table;
  request.item = input(item);
  return request;
}

inline UpdateItem::Request update_request(const std::string& table, const Attributes& key,
                                          std::string expression, const Attributes& operands) {
  UpdateItem::Request request;
  request.table_name = table;
  request.key = input(key);
  request.update_expression = std::move(expression);
  request.expression_attribute_values = values(operands);
  return request;
}

inline DeleteItem::Request delete_request(const std::string& table, const Attributes& key) {
  DeleteItem::Request request;
  request.table_name = table;
  request.key = input(key);
  return request;
}

inline GetItem::Request get_request(const std::string& table, const Attributes& key) {
  GetItem::Request request;
  request.table_name = table;
  request.key = input(key);
  request.consistent_read = true;
  return request;
}

// As what GoogleTest shows and compares: the stored form in hexadecimal.
inline std::string shown(const Field<ItemOutput>& item) {
  return item ? to_hex(item->stored) : "none";
}
inline std::string shown(const Attributes& attributes) {
  return to_hex(stored(attributes));
}

}  // namespace jedlik::service::dynamodb
