#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

#include "base/limits.h"

// The settings of `jedlik serve`, from its flags and its configuration file.
namespace jedlik::main {

struct ServeOptions {
  std::string data = "./data";  // unused when ephemeral
  std::string host = "127.0.0.1";
  uint16_t port = 8000;
  bool ephemeral = false;
  std::string region = "us-east-1";
  uint32_t threads = 1;
  uint32_t cache_mib = 256;
  // Bytes that an item collection may have in a table with local secondary indexes.
  uint64_t item_collection_limit = static_cast<uint64_t>(limits::kItemCollectionBytes);
  // Seconds after a change of a table's Time to Live in which the next is refused.
  uint32_t ttl_change_interval = 3600;
  // Milliseconds between two looks for expired items.
  uint32_t ttl_sweep_interval_ms = 1000;
  // What a partition may have before it is split.
  uint64_t partition_size_mib = static_cast<uint64_t>(limits::kPartitionBytes) >> 20;
  // Whether what is above DynamoDB's rates is refused.
  bool throttling = false;
  std::string log_level = "info";
};

// What was written, as text: a flag or a line of the file. Empty where nothing was.
struct ServeArguments {
  std::string data;
  std::string listen;
  bool ephemeral = false;
  bool throttling = false;
  std::string region;
  std::string threads;
  std::string cache_mib;
  std::string item_collection_limit;
  std::string ttl_change_interval;
  std::string ttl_sweep_interval_ms;
  std::string partition_size;
  std::string log_level;
  std::string config;
};

// The settings that `flags` and the file that they name make: a flag goes before the file, the file
// before the default. What makes no sense is refused with a sentence that says what to write.
tl::expected<ServeOptions, std::string> read_serve_options(const ServeArguments& flags);

}  // namespace jedlik::main
