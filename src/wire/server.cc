#include "wire/server.h"

#include "base/random.h"
#include "wire/aws_json_handler.h"

namespace jedlik::wire {

Server::Server(const ServerOptions& options, const Clock& clock)
    : options_(options), http_(options.http, options.threads, clock) {}

tl::expected<uint16_t, std::string> Server::start(const OperationTable& operations) {
  Random random;
  const auto make_handler = [&] {
    return std::make_unique<AwsJsonHandler>(operations, options_.region, random.next());
  };
  return http_.listen(options_.host, options_.port, make_handler);
}

}  // namespace jedlik::wire
