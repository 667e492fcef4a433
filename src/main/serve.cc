#include "main/serve.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "main/file_limit.h"
#include "service/context.h"
#include "streams/shard_throttle.h"
#include "table/catalog.h"
#include "table/item_store.h"
#include "table/journal_trimmer.h"
#include "table/partition_splitter.h"
#include "ttl/sweeper.h"
#include "wire/dynamodb/dynamodb_operations.h"
#include "wire/server.h"

namespace jedlik::main {

namespace {

constexpr std::string_view kAccountId = "000000000000";

int fail(std::string_view sentence) {
  fmt::print(stderr, "jedlik: {}\n", sentence);
  return 1;
}

engine::RocksdbOptions engine_options(const ServeOptions& options) {
  engine::RocksdbOptions engine;
  engine.keep = options.ephemeral ? engine::RocksdbOptions::Keep::kNothing
                                  : engine::RocksdbOptions::Keep::kDurably;
  engine.path = options.ephemeral ? std::filesystem::temp_directory_path().string() : options.data;
  engine.cache_bytes = size_t{options.cache_mib} << 20;
  return engine;
}

std::string address_of(const ServeOptions& options, uint16_t port) {
  const bool is_v6 = options.host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", options.host, port)
               : fmt::format("{}:{}", options.host, port);
}

void greet(const ServeOptions& options, const std::string& address) {
  const std::string data =
      options.ephemeral ? std::string("in a temporary folder, gone when the server stops")
                        : std::filesystem::absolute(options.data).lexically_normal().string();
  fmt::print(
      "Jedlik listens on http://{0}\n"
      "Data: {1}\n"
      "Try:  AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any aws dynamodb list-tables "
      "--region {2} --endpoint-url http://{0}\n",
      address, data, options.region);
  std::fflush(stdout);
}

// Loads the catalog before anything is served.
tl::expected<void, std::string> load(table::Catalog& catalog) {
  tl::expected<void, std::string> result;
  boost::asio::io_context context;
  boost::asio::co_spawn(
      context, [&]() -> Task<void> { result = co_await catalog.load(); }, boost::asio::detached);
  context.run();
  return result;
}

// Starts what goes on until the server stops. What it throws, which should be nothing, ends it.
template <class Executor>
void start_in_background(const Executor& executor, Task<void> task, std::string_view name) {
  boost::asio::co_spawn(executor, std::move(task), [name](const std::exception_ptr& thrown) {
    if (thrown) spdlog::error("event=background_task_threw task={}", name);
  });
}

}  // namespace

int serve(const ServeOptions& options) {
  raise_file_limit();
  const SystemClock clock;
  Random random;
  auto engine = engine::RocksdbEngine::open(engine_options(options));
  if (!engine) return fail(engine.error());

  wire::ServerOptions server_options;
  server_options.host = options.host;
  server_options.port = options.port;
  server_options.threads = options.threads;
  server_options.region = options.region;

  // Declared before the server, because its coroutines refer to them until it is destroyed.
  table::ItemStoreOptions item_options;
  item_options.collection_limit = static_cast<int64_t>(options.item_collection_limit);
  table::ItemStore items(**engine, clock, item_options);
  std::unique_ptr<table::Catalog> catalog;
  std::unique_ptr<table::JournalTrimmer> trimmer;
  std::unique_ptr<table::PartitionSplitter> splitter;
  streams::ShardThrottle shard_throttle(clock);
  std::unique_ptr<service::Context> context;
  std::unique_ptr<ttl::Sweeper> sweeper;
  std::unique_ptr<wire::OperationTable> operations;
  wire::Server server(server_options, clock);
  catalog = std::make_unique<table::Catalog>(**engine, clock, random, server.executor(0));
  context = std::make_unique<service::Context>(
      service::Context{clock, *catalog, items, options.region, std::string(kAccountId), ""});
  context->time_to_live_change_interval = std::chrono::seconds(options.ttl_change_interval);
  if (options.throttling) context->shard_throttle = &shard_throttle;
  if (auto loaded = load(*catalog); !loaded) return fail(loaded.error());
  table::SplitterOptions split_options;
  split_options.partition_bytes = static_cast<int64_t>(options.partition_size_mib << 20);
  splitter = std::make_unique<table::PartitionSplitter>(**engine, *catalog, split_options);
  start_in_background(server.executor(0), splitter->run(), "splitter");

  trimmer = std::make_unique<table::JournalTrimmer>(**engine, *catalog, clock);
  start_in_background(server.executor(0), trimmer->run(), "trimmer");
  operations = std::make_unique<wire::OperationTable>(wire::dynamodb_operations(*context));
  const auto port = server.start(*operations);
  if (!port) return fail(port.error());
  const std::string address = address_of(options, *port);
  context->endpoint = address;

  boost::asio::signal_set signals(server.executor(0), SIGTERM, SIGINT);
  signals.async_wait([&server](boost::system::error_code error, int signal) {
    if (error) return;
    spdlog::info("event=stopping signal={}", signal);
    server.stop();
  });
  ttl::SweeperOptions sweeper_options;
  sweeper_options.interval = std::chrono::milliseconds(options.ttl_sweep_interval_ms);
  sweeper = std::make_unique<ttl::Sweeper>(*catalog, items, clock, sweeper_options);
  start_in_background(server.executor(options.threads - 1), sweeper->run(), "sweeper");
  spdlog::info("event=started listen={} region={} threads={} ephemeral={}", address, options.region,
               options.threads, options.ephemeral);
  greet(options, address);
  server.run();
  // Answers what still waits for it, while the waiting coroutines are there. They do not go on: the
  // server, which is destroyed next, takes them with it.
  engine->reset();
  spdlog::info("event=stopped");
  return 0;
}

}  // namespace jedlik::main
