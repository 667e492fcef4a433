#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "bench/operation.h"
#include "bench/settings.h"
#include "bench/sigv4.h"

namespace jedlik::bench {

// Writes HTTP requests with their signatures, for one thread. What requests of one kind have in
// common is made once a second.
class RequestWriter {
 public:
  // `settings` outlives this.
  explicit RequestWriter(const Settings& settings);

  // The time of the requests that follow. Before the first.
  void set_time(Timestamp now);
  // Makes `to` the bytes of a request, with the memory that it has.
  void write(std::string& to, Request request, std::string_view body);

 private:
  struct Head {
    bool is_made = false;
    std::string text;  // up to the signature
    Sigv4::Prepared prepared;
  };
  void make_head(Head& head, Request request) const;

  const Settings& settings_;
  Sigv4 sigv4_;
  std::array<Head, kRequestNames.size()> heads_;
};

}  // namespace jedlik::bench
