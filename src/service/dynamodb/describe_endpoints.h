#pragma once

#include <string>
#include <vector>

#include "service/context.h"
#include "service/operation.h"
#include "service/shape.h"

namespace jedlik::service::dynamodb {

struct DescribeEndpoints {
  static constexpr std::string_view kName = "DescribeEndpoints";

  struct Endpoint {
    std::string address;
    int64_t cache_period_in_minutes = 1440;

    static constexpr auto shape() {
      using Self = Endpoint;
      return members(member("Address", &Self::address),
                     member("CachePeriodInMinutes", &Self::cache_period_in_minutes));
    }
  };
  struct Request {
    static constexpr auto shape() { return members(); }
  };
  struct Response {
    std::vector<Endpoint> endpoints;

    static constexpr auto shape() { return members(member("Endpoints", &Response::endpoints)); }
  };

  static Task<Result<Response>> run(Context& context, Request) {
    Response response;
    response.endpoints.push_back({context.endpoint});
    co_return response;
  }
};

}  // namespace jedlik::service::dynamodb
