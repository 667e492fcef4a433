#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "bench/settings.h"

namespace jedlik::bench {

// Reads http://HOST[:PORT] or https://HOST[:PORT]. Refused with a sentence that says what to write.
tl::expected<Endpoint, std::string> parse_endpoint(std::string_view url);

// The region that the host name of one of AWS's endpoints names (dynamodb.eu-west-1.amazonaws.com);
// empty where it names none.
std::string region_of(const Endpoint& endpoint);
bool is_aws(const Endpoint& endpoint);

struct Address {
  sockaddr_storage bytes;
  socklen_t size;
};

// The addresses of the endpoint's host; waits for the resolver. Refused with a sentence.
tl::expected<std::vector<Address>, std::string> resolve(const Endpoint& endpoint);

}  // namespace jedlik::bench
