#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/random.h"
#include "engine/model/model_engine.h"
#include "table/catalog.h"
#include "table/item_store.h"
#include "value/stored_item.h"

// What the tests of tables stand on: nodes over one engine, schemas and items in a line.
namespace jedlik::table {

// A process that serves tables: a catalog and an item store over an engine that outlives it.
// Several over one engine are several nodes; to destroy one is to kill it, whatever it was doing.
class Node {
 public:
  // A background step that the engine fails is tried again at once.
  static CatalogOptions options(size_t partitions_of_a_table = 1) {
    CatalogOptions options;
    options.partitions_of_a_table = partitions_of_a_table;
    options.retry_delay = std::chrono::milliseconds(0);
    return options;
  }

  Node(engine::Engine& engine, CatalogOptions options = Node::options(), uint64_t seed = 1)
      : random_(seed),
        items_(engine, clock_),
        catalog_(engine, clock_, random_, io_->get_executor(), options) {}
  // Suspended coroutines go before what they refer to.
  ~Node() { io_.reset(); }
  Node(const Node&) = delete;

  // Opens a catalog, as often as a strict engine makes it necessary.
  static std::unique_ptr<Node> open(engine::Engine& engine,
                                    CatalogOptions options = Node::options(), uint64_t seed = 1) {
    for (int attempt = 0; attempt < 1000; ++attempt) {
      auto node = std::make_unique<Node>(engine, options, seed);
      if (node->run(node->catalog().load())) return node;
    }
    ENSURE(false, "the catalog cannot be opened");
    return nullptr;
  }

  Catalog& catalog() { return catalog_; }
  ItemStore& items() { return items_; }
  ManualClock& clock() { return clock_; }
  boost::asio::io_context& io() { return *io_; }

  // Runs a task to its end, and no further: what it left to the background may be under way.
  template <class T>
  T run(Task<T> task) {
    std::optional<T> result;
    boost::asio::co_spawn(*io_, std::move(task), [&result](std::exception_ptr thrown, T value) {
      if (thrown) std::rethrow_exception(thrown);
      result.emplace(std::move(value));
    });
    io_->restart();
    while (!result && io_->run_one_for(kHang) > 0) {
    }
    ENSURE(result.has_value(), "the task never ended");
    return std::move(*result);
  }

  void start(Task<void> task) {
    boost::asio::co_spawn(*io_, std::move(task), [](std::exception_ptr thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
  }

  // Runs everything, the background too, to its end.
  void settle() {
    io_->restart();
    while (io_->run_one_for(kHang) > 0) {
    }
    ENSURE(io_->stopped(), "a task never ended");
  }

  // Runs what can run now: all but what waits for a time or a latch.
  void run_what_can() {
    io_->restart();
    while (io_->poll() > 0)
      io_->restart();
  }

 private:
  // No test waits for so long: this is to end one that would never end.
  static constexpr std::chrono::seconds kHang{10};

  std::unique_ptr<boost::asio::io_context> io_ = std::make_unique<boost::asio::io_context>();
  ManualClock clock_{Timestamp{1'700'000'000'123}};
  Random random_;
  ItemStore items_;
  Catalog catalog_;
};

// "pk" is the partition key, a string; "sk" the sort key, a number.
inline TableSchema schema_named(std::string name) {
  TableSchema schema;
  schema.name = std::move(name);
  schema.partition_key = {"pk", value::Type::kString};
  schema.sort_key = KeyAttribute{"sk", value::Type::kNumber};
  schema.attribute_definitions = {schema.partition_key, *schema.sort_key};
  schema.settings.billing_mode = BillingMode::kPayPerRequest;
  return schema;
}

// A table of that schema, ACTIVE.
inline TablePtr make_table(Node& node, TableSchema schema) {
  const std::string name = schema.name;
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const auto created = node.run(node.catalog().create(schema));
    node.settle();
    const TablePtr table = node.catalog().find(name);
    if (table != nullptr) return table;
  }
  ENSURE(false, "the table cannot be made");
  return nullptr;
}

using Attributes = std::vector<std::pair<std::string, value::Value>>;

inline Bytes stored(const Attributes& attributes) {
  value::Item item;
  for (const auto& [name, value] : attributes)
    item.set(name, value);
  return value::store_item(item);
}

inline value::Value text(std::string characters) {
  return {std::move(characters)};
}
inline value::Value number(int64_t number) {
  return value::Value(value::Number(number));
}
inline value::Value binary(Bytes bytes) {
  return value::Value(value::Binary{std::move(bytes)});
}

// What GoogleTest prints of a refusal.
inline std::string message_of(const ApiError& error) {
  return std::string(error.type->name) + ": " + error.message;
}
template <class T>
std::string message_of(const Result<T>& result) {
  return result ? "no refusal" : message_of(result.error());
}

}  // namespace jedlik::table
