#include "bench/endpoint.h"

#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>

namespace jedlik::bench {

namespace {

constexpr std::string_view kAwsDomain = ".amazonaws.com";

bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= 255 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == ':';
         });
}

}  // namespace

tl::expected<Endpoint, std::string> parse_endpoint(std::string_view url) {
  const auto refused = tl::unexpected<std::string>(
      fmt::format("\"{}\" is no endpoint: write http://HOST:PORT or https://HOST, such as "
                  "http://127.0.0.1:8000.",
                  url));
  Endpoint endpoint;
  endpoint.url = url;
  endpoint.is_tls = url.starts_with("https://");
  if (!endpoint.is_tls && !url.starts_with("http://")) return refused;
  std::string_view rest = url.substr(url.find("//") + 2);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  endpoint.authority = rest;
  endpoint.port = endpoint.is_tls ? 443 : 80;
  // A colon within brackets is one of an IPv6 address.
  const size_t colon = rest.rfind(':');
  if (colon != std::string_view::npos && rest.find(']', colon) == std::string_view::npos) {
    const std::string_view port = rest.substr(colon + 1);
    const auto [end, error] =
        std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
    if (error != std::errc() || end != port.data() + port.size() || endpoint.port == 0)
      return refused;
    rest = rest.substr(0, colon);
  }
  if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
  if (!is_host(rest)) return refused;
  endpoint.host = rest;
  return endpoint;
}

bool is_aws(const Endpoint& endpoint) {
  return endpoint.host.find(kAwsDomain) != std::string::npos;
}

std::string region_of(const Endpoint& endpoint) {
  const size_t domain = endpoint.host.find(kAwsDomain);
  if (domain == std::string::npos) return "";
  const std::string before = endpoint.host.substr(0, domain);
  const size_t dot = before.rfind('.');
  return dot == std::string::npos ? "" : before.substr(dot + 1);
}

tl::expected<std::vector<Address>, std::string> resolve(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
  if (error != 0) {
    return tl::unexpected<std::string>(
        fmt::format("The host {} was not found ({}).", endpoint.host, gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
  std::vector<Address> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    Address address{};
    std::memcpy(&address.bytes, each->ai_addr, each->ai_addrlen);
    address.size = each->ai_addrlen;
    addresses.push_back(address);
  }
  return addresses;
}

}  // namespace jedlik::bench
