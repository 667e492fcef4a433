#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "wire/http_message.h"

namespace jedlik::wire {

// How a connection goes on after an answer, as the client is told.
enum class ConnectionFate : uint8_t {
  kStays,        // nothing need be said in HTTP/1.1
  kStaysHttp10,  // in HTTP/1.0 it must be
  kCloses,
};

// Puts the header block of `response` into `out`, whatever that held. `date` is an HTTP date.
void write_head(const HttpResponse& response, std::string_view date, ConnectionFate fate,
                std::string& out);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string http_date(Timestamp time);

// The line that answers `Expect: 100-continue`.
inline constexpr std::string_view kContinueLine = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace jedlik::wire
