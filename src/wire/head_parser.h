#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <string_view>

#include "wire/http_message.h"

namespace jedlik::wire {

// Beast's HTTP grammar, noting where the parts of a request are instead of copying them. It is
// given a whole header block and nothing of the body.
class HeadParser final : public boost::beast::http::basic_parser<true> {
 public:
  using ErrorCode = boost::beast::error_code;
  using StringView = boost::beast::string_view;

  // `base` is where the header block begins; `request` takes what is found.
  HeadParser(HttpRequest& request, const char* base, size_t head_bytes)
      : request_(request), base_(base), head_bytes_(head_bytes) {}

  bool is_http_1_0() const { return is_http_1_0_; }
  bool expects_continue() const { return expects_continue_; }

 private:
  void on_request_impl(boost::beast::http::verb method, StringView method_text, StringView target,
                       int version, ErrorCode& error) override;
  void on_response_impl(int, StringView, int, ErrorCode&) override {}
  void on_field_impl(boost::beast::http::field field, StringView name, StringView value,
                     ErrorCode& error) override;
  void on_header_impl(ErrorCode&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(StringView body, ErrorCode&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, StringView, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, StringView body, ErrorCode&) override {
    return body.size();
  }
  void on_finish_impl(ErrorCode&) override {}

  HttpRequest::Place place(StringView text) const;

  HttpRequest& request_;
  const char* base_;
  size_t head_bytes_;
  bool is_http_1_0_ = false;
  bool expects_continue_ = false;
};

}  // namespace jedlik::wire
