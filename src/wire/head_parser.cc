#include "wire/head_parser.h"

#include <boost/beast/http/error.hpp>

#include "wire/ascii.h"

namespace jedlik::wire {
namespace http = boost::beast::http;

namespace {

HttpRequest::Method to_method(http::verb method) {
  switch (method) {
    case http::verb::get:
      return HttpRequest::Method::kGet;
    case http::verb::head:
      return HttpRequest::Method::kHead;
    case http::verb::post:
      return HttpRequest::Method::kPost;
    case http::verb::options:
      return HttpRequest::Method::kOptions;
    default:
      return HttpRequest::Method::kOther;
  }
}

}  // namespace

HttpRequest::Place HeadParser::place(StringView text) const {
  return {static_cast<uint32_t>(text.data() - base_), static_cast<uint32_t>(text.size())};
}

void HeadParser::on_request_impl(http::verb method, StringView, StringView target, int version,
                                 ErrorCode&) {
  request_.method_ = to_method(method);
  request_.target_ = place(target);
  is_http_1_0_ = version == 10;
}

void HeadParser::on_field_impl(http::field field, StringView name, StringView value,
                               ErrorCode& error) {
  const std::string_view text(value.data(), value.size());
  // A value folded over several lines was put together elsewhere. RFC 7230, 3.2.4, lets a server
  // refuse it.
  if (!value.empty() && (value.data() < base_ || value.data() > base_ + head_bytes_)) {
    error = http::error::bad_value;
    return;
  }
  // Any other coding would be read as no body at all, and the body as the next request.
  if (field == http::field::transfer_encoding && !equals_lower(text, "chunked")) {
    error = http::error::bad_transfer_encoding;
    return;
  }
  if (field == http::field::expect && equals_lower(text, "100-continue")) expects_continue_ = true;
  request_.headers_.push_back({place(name), value.empty() ? HttpRequest::Place{} : place(value)});
}

}  // namespace jedlik::wire
