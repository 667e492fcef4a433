#pragma once

#include <functional>
#include <string>
#include <tl/expected.hpp>

#include "bench/settings.h"

// The settings of `jedlik bench`, from its flags and the environment.
namespace jedlik::main {

// What was written, as text: empty where nothing was.
struct BenchArguments {
  std::string workload;
  std::string endpoint;
  std::string region;
  std::string access_key;
  std::string secret_key;
  bool no_sign = false;
  std::string table;
  std::string items;
  std::string item_bytes;
  std::string fields;
  std::string distribution;
  std::string theta;
  std::string query_items;
  std::string scan_items;
  std::string batch_items;
  bool consistent = false;
  bool load = false;
  bool no_load = false;
  bool drop = false;
  std::string connections;
  std::string threads;
  std::string rate;
  std::string warm_up;
  std::string duration;
  std::string timeout;
  std::string seed;
  std::string json;
};

struct BenchOptions {
  bench::Settings settings;
  std::string json;  // the file for the JSON; "-" is stdout; empty: none
};

// The value of an environment variable; empty where there is none.
using Environment = std::function<std::string(const char* name)>;

// A flag goes before the environment, the environment before the default. What makes no sense is
// refused with a sentence that says what to write.
tl::expected<BenchOptions, std::string> read_bench_options(const BenchArguments& arguments,
                                                           const Environment& environment);

}  // namespace jedlik::main
