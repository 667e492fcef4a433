#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Requests as text, for tests.
namespace jedlik::wire::test {

using Headers = std::vector<std::pair<std::string, std::string>>;

inline constexpr const char* kAuthorization =
    "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=00";

// The headers of a request that gets as far as its operation.
inline Headers signed_headers(const std::string& operation) {
  return {{"Host", "localhost"},
          {"Content-Type", "application/x-amz-json-1.0"},
          {"X-Amz-Target", "DynamoDB_20120810." + operation},
          {"X-Amz-Date", "20250101T000000Z"},
          {"Authorization", kAuthorization}};
}

inline std::string request_text(std::string_view start, const Headers& headers,
                                std::string_view body) {
  std::string text(start);
  text += " HTTP/1.1\r\n";
  for (const auto& [name, value] : headers)
    text += name + ": " + value + "\r\n";
  return text.append("\r\n").append(body);
}

// A POST with its length.
inline std::string post_text(Headers headers, std::string_view body) {
  headers.emplace_back("Content-Length", std::to_string(body.size()));
  return request_text("POST /", headers, body);
}

inline std::string call_text(const std::string& operation, std::string_view body) {
  return post_text(signed_headers(operation), body);
}

}  // namespace jedlik::wire::test
