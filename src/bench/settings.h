#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/bodies.h"
#include "bench/key_chooser.h"
#include "bench/operation.h"
#include "bench/sigv4.h"

namespace jedlik::bench {

// One operation of a workload and how often it comes, as a share of all.
struct Share {
  Operation operation;
  double share;
};

// What a workload consists of, and what it does by default.
struct Mix {
  std::string name;  // "a", "get"
  std::vector<Share> shares;
  Distribution distribution = Distribution::kUniform;
  // The table needs several items with one partition key value.
  bool needs_sort_key = false;
};

struct Endpoint {
  std::string url;   // as it was written
  std::string host;  // without the brackets of IPv6
  uint16_t port = 0;
  bool is_tls = false;
  std::string authority;  // of the header Host
};

enum class Load {
  kIfMissing,  // makes the table if it is not there, fills it if the items are not there
  kAlways,     // fills it anew
  kNever,
};

// Everything that a run depends on.
struct Settings {
  Mix mix;
  Endpoint endpoint;
  std::string region = "us-east-1";
  Credentials credentials;
  bool is_signed = true;

  ItemShape items;
  uint64_t item_count = 10'000;
  Distribution distribution = Distribution::kUniform;
  double theta = 0.99;
  uint64_t scan_items = 100;  // the most that a scan asks for
  uint64_t batch_items = 10;  // of a batch or a transaction
  bool is_consistent = false;
  Load load = Load::kIfMissing;
  bool drops_table = false;

  uint64_t connections = 32;
  uint64_t threads = 1;
  double rate = 0;  // operations a second, of all connections; 0: as fast as answers come
  std::chrono::nanoseconds warm_up{0};
  std::chrono::nanoseconds duration{0};
  std::chrono::nanoseconds timeout = std::chrono::seconds(30);  // of one request
  uint64_t seed = 0;
};

}  // namespace jedlik::bench
