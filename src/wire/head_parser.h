#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstring>
#include <string_view>

#include "wire/http_message.h"

namespace jedlik::wire {

// Beast's HTTP grammar, noting where the parts of a request are instead of copying them. It is
// given a whole header block and, if the body is chunked, all that follows, in pieces.
class HeadParser final : public boost::beast::http::basic_parser<true> {
 public:
  using ErrorCode = boost::beast::error_code;
  using StringView = boost::beast::string_view;

  // `base` is where the header block begins; `request` takes what is found.
  HeadParser(HttpRequest& request, const char* base, size_t head_bytes)
      : request_(request), base_(base), head_bytes_(head_bytes) {}

  bool is_http_1_0() const { return is_http_1_0_; }
  bool expects_continue() const { return expects_continue_; }
  // Where the next bytes of a chunked body go: to the left of where they are, or there.
  void set_body_out(char* out) { body_out_ = out; }
  char* body_out() const { return body_out_; }

 private:
  void on_request_impl(boost::beast::http::verb method, StringView method_text, StringView target,
                       int version, ErrorCode& error) override;
  void on_response_impl(int, StringView, int, ErrorCode&) override {}
  void on_field_impl(boost::beast::http::field field, StringView name, StringView value,
                     ErrorCode& error) override;
  void on_header_impl(ErrorCode&) override { in_head_ = false; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(StringView body, ErrorCode&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, StringView, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, StringView body, ErrorCode&) override {
    std::memmove(body_out_, body.data(), body.size());
    body_out_ += body.size();
    return body.size();
  }
  void on_finish_impl(ErrorCode&) override {}

  HttpRequest::Place place(StringView text) const;

  HttpRequest& request_;
  const char* base_;
  size_t head_bytes_;
  char* body_out_ = nullptr;
  bool in_head_ = true;
  bool is_http_1_0_ = false;
  bool expects_continue_ = false;
};

}  // namespace jedlik::wire
