#pragma once

#include <string>
#include <tl/expected.hpp>

#include "base/clock.h"
#include "bench/connection.h"
#include "bench/request_writer.h"
#include "bench/settings.h"

namespace jedlik::bench {

// Calls operations one by one, and waits for the answers: for what is done before and after the
// load. One thread at a time.
class Caller {
 public:
  // What is referred to outlives this.
  Caller(const Settings& settings, const Peer& peer, const Clock& clock);

  // Whether the peer takes a connection; what is sent on it is not tried.
  bool can_connect();

  // The answer, whatever its status; its body is valid until the next call. Refused when there is
  // none.
  tl::expected<Answer, Failure> call(Request request, std::string_view body);

 private:
  Connection::Event go_on(TimePoint deadline);

  const Settings& settings_;
  const Clock& clock_;
  Connection connection_;
  RequestWriter writer_;
};

}  // namespace jedlik::bench
