#pragma once

#include <chrono>
#include <cstddef>

#include "base/limits.h"

namespace jedlik::wire {

// What an HTTP server grants its clients. Sizes are in bytes.
struct HttpOptions {
  // More connections than this are answered with a closed door.
  size_t max_connections = 20'000;
  size_t max_header_bytes = limits::kHeaderBytes;
  // Of a request's body, as sent and as decoded.
  size_t max_body_bytes = limits::kRequestBytes;
  // Of all the buffers that grew past what every connection has, together: requests that are
  // arriving or being served, and answers whose client does not read them.
  size_t max_buffered_bytes = size_t{512} * 1024 * 1024;

  // A connection without a request is closed after this.
  std::chrono::milliseconds idle_timeout{120'000};
  // A header block has to be complete this long after its first byte.
  std::chrono::milliseconds header_timeout{15'000};
  // Within each such time a client has to send, or take, `min_progress_bytes` or finish.
  std::chrono::milliseconds body_timeout{20'000};
  std::chrono::milliseconds write_timeout{20'000};
  size_t min_progress_bytes = 4096;
  // How long a refused client may go on sending before the connection is cut.
  std::chrono::milliseconds linger_timeout{2'000};
  // How long requests in flight may take once the server is told to stop.
  std::chrono::milliseconds drain_timeout{10'000};
};

}  // namespace jedlik::wire
