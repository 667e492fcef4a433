// The functions of one hash are marked as deprecated in OpenSSL 3. They are used because a
// half-done hash is a plain structure for them, which can be copied; what replaces them allocates
// at each copy.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "bench/sigv4.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <utility>

namespace jedlik::bench {

namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

void update(SHA256_CTX& hash, std::string_view bytes) {
  SHA256_Update(&hash, bytes.data(), bytes.size());
}

Digest finish(SHA256_CTX hash) {
  Digest digest{};
  SHA256_Final(digest.data(), &hash);
  return digest;
}

std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Sigv4::Signature hex(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  Sigv4::Signature text{};
  for (size_t i = 0; i < digest.size(); ++i) {
    text[2 * i] = kDigits[digest[i] >> 4];
    text[2 * i + 1] = kDigits[digest[i] & 15];
  }
  return text;
}

// HMAC (RFC 2104), after the block of the key: inner and outer hash.
std::pair<SHA256_CTX, SHA256_CTX> begin_hmac(std::string_view key) {
  SHA256_CTX inner{};
  SHA256_CTX outer{};
  Digest digest{};
  if (key.size() > SHA256_CBLOCK) {
    SHA256_Init(&inner);
    update(inner, key);
    digest = finish(inner);
    key = view(digest);
  }
  std::array<char, SHA256_CBLOCK> inner_block{};
  std::array<char, SHA256_CBLOCK> outer_block{};
  for (size_t i = 0; i < inner_block.size(); ++i) {
    const char byte = i < key.size() ? key[i] : '\0';
    inner_block[i] = static_cast<char>(byte ^ 0x36);
    outer_block[i] = static_cast<char>(byte ^ 0x5C);
  }
  SHA256_Init(&inner);
  update(inner, {inner_block.data(), inner_block.size()});
  SHA256_Init(&outer);
  update(outer, {outer_block.data(), outer_block.size()});
  return {inner, outer};
}

Digest hmac(std::string_view key, std::string_view text) {
  auto [inner, outer] = begin_hmac(key);
  update(inner, text);
  update(outer, view(finish(inner)));
  return finish(outer);
}

}  // namespace

Sigv4::Sigv4(Credentials credentials, std::string region, std::string service)
    : credentials_(std::move(credentials)),
      region_(std::move(region)),
      service_(std::move(service)) {}

bool Sigv4::set_time(Timestamp now) {
  const int64_t second = now.ms / 1000;
  if (second_ == second) return false;
  second_ = second;
  const auto time = static_cast<std::time_t>(second);
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  date_.assign(text.data(), std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts));
  const std::string day = date_.substr(0, 8);
  if (day != key_day_) {
    key_day_ = day;
    derive_key();
  }
  inner_ = key_inner_;
  update(inner_, "AWS4-HMAC-SHA256\n");
  update(inner_, date_);
  update(inner_, "\n");
  update(inner_, scope_);
  update(inner_, "\n");
  return true;
}

void Sigv4::derive_key() {
  scope_ = fmt::format("{}/{}/{}/aws4_request", key_day_, region_, service_);
  const Digest of_day = hmac("AWS4" + credentials_.secret_key, key_day_);
  const Digest of_region = hmac(view(of_day), region_);
  const Digest of_service = hmac(view(of_region), service_);
  const Digest key = hmac(view(of_service), "aws4_request");
  std::tie(key_inner_, outer_) = begin_hmac(view(key));
}

Sigv4::Prepared Sigv4::prepare(std::string_view canonical, std::string_view signed_headers) const {
  Prepared prepared;
  SHA256_Init(&prepared.canonical);
  update(prepared.canonical, canonical);
  prepared.header_value = fmt::format(
      "AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature=", credentials_.access_key,
      scope_, signed_headers);
  return prepared;
}

Sigv4::Signature Sigv4::sign(const Prepared& prepared, std::string_view payload) const {
  SHA256_CTX hash{};
  SHA256_Init(&hash);
  update(hash, payload);
  const Signature of_payload = hex(finish(hash));
  hash = prepared.canonical;
  update(hash, {of_payload.data(), of_payload.size()});
  const Signature of_request = hex(finish(hash));
  hash = inner_;
  update(hash, {of_request.data(), of_request.size()});
  const Digest inner = finish(hash);
  hash = outer_;
  update(hash, view(inner));
  return hex(finish(hash));
}

}  // namespace jedlik::bench
