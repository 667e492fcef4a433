#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"

// HTTP requests and responses, and who answers them. Nothing here knows what the bodies say.
namespace jedlik::wire {

// One whole request. The views that it gives point into the connection's buffer and are valid until
// the request was answered.
class HttpRequest {
 public:
  enum class Method : uint8_t { kGet, kHead, kPost, kOptions, kOther };

  Method method() const { return method_; }
  // Path and query as they came.
  std::string_view target() const { return at(target_); }
  // The first header of the name; nothing when there is none. `name` is in lower case.
  std::optional<std::string_view> header(std::string_view name) const;
  // Decoded. At least InputBuffer::kPadding bytes after its end may be read.
  std::string_view body() const { return body_; }

 private:
  friend class HttpReader;
  friend class HeadParser;
  friend class ExchangePool;

  // Places relative to the start of the buffer, which may move until the request is complete.
  struct Place {
    uint32_t offset = 0;
    uint32_t size = 0;
  };
  struct Header {
    Place name;
    Place value;
  };

  std::string_view at(Place place) const { return {base_ + place.offset, place.size}; }

  const char* base_ = nullptr;
  Method method_ = Method::kOther;
  Place target_;
  std::vector<Header> headers_;
  std::string_view body_;
};

struct HttpResponse {
  int status = 200;
  // Of static storage; empty for none.
  std::string_view content_type;
  // Further header lines, each with its line end.
  std::string headers;
  std::string body;

  void clear();
};

// Why a request is refused before anybody looks at what it says.
enum class HttpRefusal : uint8_t {
  kMalformed,        // 400: not HTTP
  kHeaderTooLarge,   // 431
  kBodyTooLarge,     // 413: as sent or as decoded
  kUnknownEncoding,  // 415: a Content-Encoding other than gzip and deflate
  kBadEncoding,      // 400: a body that its Content-Encoding does not fit
  kOverloaded,       // 503: too many bytes in flight
};

// Answers requests. Each serving thread has one of its own, and calls it on that thread only.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;

  // Answers at once and gives nothing back, or gives back the task that will have answered when it
  // ends. `request` and `response` outlive the task. Neither this nor the task throws.
  virtual std::optional<Task<void>> handle(const HttpRequest& request, HttpResponse& response) = 0;

  // Fills in the answer to a request that could not be read. The connection is closed after it.
  virtual void refuse(HttpRefusal why, HttpResponse& response) = 0;
};

// What serving one request takes, apart from the bytes of the request: leased for that time, so
// that idle connections own none.
struct HttpExchange {
  HttpRequest request;
  HttpResponse response;
  // The header block of the answer, as it is sent.
  std::string head;
};

// Keeps exchanges for use again. One thread.
class ExchangePool {
 public:
  std::unique_ptr<HttpExchange> lease();
  void give_back(std::unique_ptr<HttpExchange> exchange);

 private:
  std::vector<std::unique_ptr<HttpExchange>> free_;
};

}  // namespace jedlik::wire
