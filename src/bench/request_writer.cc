#include "bench/request_writer.h"

#include <fmt/format.h>

#include <iterator>

namespace jedlik::bench {

namespace {
constexpr std::string_view kContentType = "application/x-amz-json-1.0";
}  // namespace

RequestWriter::RequestWriter(const Settings& settings)
    : settings_(settings), sigv4_(settings.credentials, settings.region, "dynamodb") {}

void RequestWriter::set_time(Timestamp now) {
  if (!sigv4_.set_time(now)) return;
  for (Head& head : heads_)
    head.is_made = false;
}

void RequestWriter::make_head(Head& head, Request request) const {
  const std::string target = fmt::format("DynamoDB_20120810.{}", name_of(request));
  const std::string& token = settings_.credentials.session_token;
  const std::string names = fmt::format("content-type;host;x-amz-date;{}x-amz-target",
                                        token.empty() ? "" : "x-amz-security-token;");
  std::string canonical = fmt::format("POST\n/\n\ncontent-type:{}\nhost:{}\nx-amz-date:{}\n",
                                      kContentType, settings_.endpoint.authority, sigv4_.date());
  if (!token.empty()) canonical += fmt::format("x-amz-security-token:{}\n", token);
  canonical += fmt::format("x-amz-target:{}\n\n{}\n", target, names);
  head.prepared = sigv4_.prepare(canonical, names);
  head.text = fmt::format(
      "POST / HTTP/1.1\r\nHost: {}\r\nContent-Type: {}\r\nX-Amz-Target: {}\r\nX-Amz-Date: {}\r\n",
      settings_.endpoint.authority, kContentType, target, sigv4_.date());
  if (!token.empty()) head.text += fmt::format("X-Amz-Security-Token: {}\r\n", token);
  head.text += fmt::format("Authorization: {}", head.prepared.header_value);
  head.is_made = true;
}

void RequestWriter::write(std::string& to, Request request, std::string_view body) {
  Head& head = heads_[static_cast<size_t>(request)];
  if (!head.is_made) make_head(head, request);
  to.assign(head.text);
  if (settings_.is_signed) {
    const Sigv4::Signature signature = sigv4_.sign(head.prepared, body);
    to.append(signature.data(), signature.size());
  } else {
    to.append(64, '0');
  }
  fmt::format_to(std::back_inserter(to), "\r\nContent-Length: {}\r\n\r\n", body.size());
  to.append(body);
}

}  // namespace jedlik::bench
