#include "wire/http_message.h"

#include "wire/ascii.h"

namespace jedlik::wire {
namespace {

// What an exchange may keep of the memory that its largest answer took.
constexpr size_t kKeptBodyBytes = 64 * 1024;
constexpr size_t kKeptHeaders = 64;
constexpr size_t kKeptExchanges = 64;

}  // namespace

std::optional<std::string_view> HttpRequest::header(std::string_view name) const {
  for (const Header& header : headers_) {
    if (header.name.size == name.size() && equals_lower(at(header.name), name))
      return at(header.value);
  }
  return std::nullopt;
}

void HttpResponse::clear() {
  status = 200;
  content_type = {};
  headers.clear();
  body.clear();
}

std::unique_ptr<HttpExchange> ExchangePool::lease() {
  if (free_.empty()) return std::make_unique<HttpExchange>();
  auto exchange = std::move(free_.back());
  free_.pop_back();
  return exchange;
}

void ExchangePool::give_back(std::unique_ptr<HttpExchange> exchange) {
  if (!exchange || free_.size() >= kKeptExchanges ||
      exchange->response.body.capacity() > kKeptBodyBytes ||
      exchange->request.headers_.capacity() > kKeptHeaders) {
    return;
  }
  exchange->response.clear();
  free_.push_back(std::move(exchange));
}

}  // namespace jedlik::wire
