#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <spdlog/spdlog.h>

#include "base/ensure.h"
#include "engine/model/model_engine.h"
#include "table/catalog.h"
#include "table/item_store.h"
#include "wire/aws_json_handler.h"
#include "wire/dynamodb/dynamodb_operations.h"
#include "wire/http_reader.h"

// What a client sends, from its bytes to the answers: HTTP, JSON, the shapes of requests, and the
// operations themselves, on the model engine with one table. The first byte of an input says in
// what pieces the rest arrives.

namespace jedlik::wire {
namespace {

// A server without sockets, as it is after its start.
class World {
 public:
  World()
      : catalog_(engine_, clock_, random_, io_.get_executor()),
        items_(engine_, clock_),
        context_{clock_, catalog_, items_, "us-east-1", "000000000000", "127.0.0.1:8000"},
        operations_(dynamodb_operations(context_)),
        handler_(operations_, "us-east-1", 1) {
    finish([](World& world) -> Task<void> {
      const auto loaded = co_await world.catalog_.load();
      ENSURE(loaded.has_value(), "an empty catalog can be loaded");
      table::TableSchema schema;
      schema.name = "Things";
      schema.partition_key = {"pk", value::Type::kString};
      schema.sort_key = table::KeyAttribute{"sk", value::Type::kNumber};
      schema.attribute_definitions = {schema.partition_key, *schema.sort_key};
      const auto created = co_await world.catalog_.create(std::move(schema));
      ENSURE(created.has_value(), "a table can be made");
    }(*this));
  }

  AwsJsonHandler& handler() { return handler_; }

  // Runs a task, and all that it leaves in the background, to the end.
  void finish(Task<void> task) {
    boost::asio::co_spawn(io_, std::move(task), boost::asio::detached);
    io_.run();
    io_.restart();
  }

 private:
  ManualClock clock_{Timestamp{1'700'000'000'000}};
  Random random_{1};
  engine::ModelEngine engine_;
  boost::asio::io_context io_;
  table::Catalog catalog_;
  table::ItemStore items_;
  service::Context context_;
  OperationTable operations_;
  AwsJsonHandler handler_;
};

void check_answer(const HttpResponse& response) {
  ENSURE(response.status == 200 || (response.status >= 400 && response.status < 500),
         "whatever a client sends, the fault is not the server's");
}

// Takes from `input` what the reader has room for, `piece` bytes at most.
void receive(HttpReader& reader, BytesView& input, size_t piece) {
  const auto space = reader.space();
  const size_t bytes = std::min({space.size(), piece, input.size()});
  ENSURE(bytes > 0, "there is room for what is to come");
  std::memcpy(space.data(), input.data(), bytes);
  input.remove_prefix(bytes);
  reader.received(bytes);
}

void serve(BytesView input, size_t piece) {
  World world;
  HttpOptions options;
  MemoryBudget budget(options.max_buffered_bytes);
  ExchangePool pool;
  HttpReader reader(options, budget, pool);
  while (true) {
    switch (reader.advance()) {
      case HttpReader::State::kIdle:
      case HttpReader::State::kHeader:
      case HttpReader::State::kBody:
        if (input.empty()) return;
        receive(reader, input, piece);
        break;
      case HttpReader::State::kContinue:
        break;
      case HttpReader::State::kRefused: {
        HttpResponse& response = reader.exchange_for_refusal().response;
        world.handler().refuse(reader.refusal(), response);
        check_answer(response);
        return;
      }
      case HttpReader::State::kComplete: {
        HttpExchange& exchange = reader.exchange();
        auto task = world.handler().handle(exchange.request, exchange.response);
        if (task) world.finish(std::move(*task));
        check_answer(exchange.response);
        const bool goes_on = reader.keep_alive();
        reader.next();
        if (!goes_on) return;
        break;
      }
    }
  }
}

}  // namespace
}  // namespace jedlik::wire

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t piece = data[0] == 0 ? size : data[0];
  jedlik::wire::serve({reinterpret_cast<const char*>(data) + 1, size - 1}, piece);
  return 0;
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  spdlog::set_level(spdlog::level::off);
  return 0;
}
