#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"
#include "base/random.h"

namespace jedlik::table {
class Catalog;
class ItemStore;
}  // namespace jedlik::table

namespace jedlik::streams {
class ShardThrottle;
}

namespace jedlik::service {

// What every operation may use. One for each server; it outlives all requests.
struct Context {
  const Clock& clock;
  table::Catalog& catalog;
  table::ItemStore& items;
  std::string region;      // "us-east-1"
  std::string account_id;  // twelve digits
  std::string endpoint;    // "127.0.0.1:8000": where clients reach this server
  // How long after a change of a table's Time to Live the next is refused.
  std::chrono::seconds time_to_live_change_interval = std::chrono::hours(1);
  // Null where reads of streams are not throttled.
  streams::ShardThrottle* shard_throttle = nullptr;
};

}  // namespace jedlik::service
