#pragma once

#include <openssl/sha.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

// Signatures of requests, as AWS wants them: "AWS Signature Version 4", documented in "Create a
// signed AWS API request" (AWS Identity and Access Management User Guide).
namespace jedlik::bench {

struct Credentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  // empty where there is none
};

// Signs many requests that differ in their payload only, in as few steps as can be: of what is the
// same for a second or a day, the hashes are kept half-way.
//
// One thread at a time. Nothing can fail.
class Sigv4 {
 public:
  Sigv4(Credentials credentials, std::string region, std::string service);

  // The time of the requests that follow. True when it is another second than before: requests that
  // were prepared are to be prepared anew.
  bool set_time(Timestamp now);
  // The time as the header X-Amz-Date has it: 20150830T123600Z.
  std::string_view date() const { return date_; }
  const Credentials& credentials() const { return credentials_; }

  // A request, but for its payload.
  struct Prepared {
    SHA256_CTX canonical;      // over the canonical request, up to the hash of the payload
    std::string header_value;  // of Authorization, up to the signature
  };
  // `canonical` is the canonical request (method, path, query, headers, names of signed headers,
  // each with the line end that follows it) without the hash of the payload. `signed_headers` are
  // those names: "host;x-amz-date".
  Prepared prepare(std::string_view canonical, std::string_view signed_headers) const;

  // 64 hexadecimal digits.
  using Signature = std::array<char, 64>;
  Signature sign(const Prepared& prepared, std::string_view payload) const;

 private:
  void derive_key();

  Credentials credentials_;
  std::string region_;
  std::string service_;
  std::optional<int64_t> second_;
  std::string date_;
  std::string key_day_;  // of the signing key: 20150830
  std::string scope_;    // 20150830/us-east-1/dynamodb/aws4_request
  // HMAC-SHA256 with the signing key: the hash after its inner block and the part of the string to
  // sign that is the same for this second, and the hash after its outer block.
  SHA256_CTX key_inner_{};
  SHA256_CTX inner_{};
  SHA256_CTX outer_{};
};

}  // namespace jedlik::bench
