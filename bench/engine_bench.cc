// Commits and fetches of the RocksDB engine by themselves, without tables and without HTTP:
//
//   engine_bench <folder> <writers> <commits>
//
// Prints "commits/s", each of one value of 500 bytes, durable, from so many coroutines at once on
// one thread; then "fetches/s" of single cached keys on that thread. bench/engine runs it beside
// db_bench.
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <random>
#include <string>

#include "base/ensure.h"
#include "engine/rocksdb/rocksdb_engine.h"

namespace jedlik::engine {
namespace {

constexpr PartitionId kPartition{1};
constexpr size_t kValueBytes = 500;
constexpr int kFetches = 1'000'000;

// Of 16 bytes, as db_bench's.
Bytes random_key(std::mt19937_64& random, uint64_t keys) {
  return fmt::format("{:016}", random() % keys);
}

Task<void> write(Engine& engine, int writer, int commits, uint64_t keys) {
  std::mt19937_64 random(static_cast<uint64_t>(writer) + 1);
  for (int i = 0; i < commits; ++i) {
    Batch batch;
    batch.mutations.push_back({Space::kItems, random_key(random, keys), Bytes(kValueBytes, 'v')});
    const Committed committed = co_await engine.commit(kPartition, std::move(batch));
    ENSURE(committed.kind == Committed::Kind::kDone, committed.detail);
  }
}

Task<void> fetch(Engine& engine, uint64_t keys, int& found) {
  std::mt19937_64 random(1);
  for (int i = 0; i < kFetches; ++i) {
    const Bytes key = random_key(random, keys);
    const std::vector<KeyView> wanted{{Space::kItems, key}};
    const auto fetched = co_await engine.fetch(kPartition, wanted, Consistency::kStrong);
    if (fetched && fetched->values[0]) ++found;
  }
}

double seconds_of(boost::asio::io_context& io) {
  const auto begin = std::chrono::steady_clock::now();
  io.run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

int run(const std::string& folder, int writers, int commits) {
  RocksdbOptions options;
  options.path = folder;
  const auto opened = RocksdbEngine::open(options);
  if (!opened) {
    fmt::print(stderr, "{}\n", opened.error());
    return 1;
  }
  Engine& engine = **opened;
  const auto keys = static_cast<uint64_t>(commits);
  {
    boost::asio::io_context io;
    boost::asio::co_spawn(io, engine.create(kPartition), [](auto&&...) {});
    io.run();
  }
  {
    boost::asio::io_context io;
    for (int writer = 0; writer < writers; ++writer)
      boost::asio::co_spawn(io, write(engine, writer, commits / writers, keys),
                            boost::asio::detached);
    const double seconds = seconds_of(io);
    const auto statistics = (*opened)->statistics();
    fmt::print("commits/s {:.0f}\n", static_cast<double>(statistics.commits) / seconds);
    fmt::print("commits a sync {:.1f}\n",
               static_cast<double>(statistics.commits) / static_cast<double>(statistics.groups));
  }
  boost::asio::io_context io;
  int found = 0;
  boost::asio::co_spawn(io, fetch(engine, keys, found), boost::asio::detached);
  const double seconds = seconds_of(io);
  fmt::print("fetches/s {:.0f} ({} of {} found)\n", kFetches / seconds, found, kFetches);
  return 0;
}

}  // namespace
}  // namespace jedlik::engine

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: engine_bench <folder> <writers> <commits>\n");
    return 2;
  }
  return jedlik::engine::run(argv[1], std::stoi(argv[2]), std::stoi(argv[3]));
}
