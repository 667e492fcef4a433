#pragma once

#include "base/limits.h"
#include "service/context.h"
#include "service/operation.h"
#include "service/shape.h"

namespace jedlik::service::dynamodb {

struct DescribeLimits {
  static constexpr std::string_view kName = "DescribeLimits";

  struct Request {
    static constexpr auto shape() { return members(); }
  };
  struct Response {
    int64_t account_max_read_capacity_units = limits::kAccountCapacityUnits;
    int64_t account_max_write_capacity_units = limits::kAccountCapacityUnits;
    int64_t table_max_read_capacity_units = limits::kTableCapacityUnits;
    int64_t table_max_write_capacity_units = limits::kTableCapacityUnits;

    static constexpr auto shape() {
      using Self = Response;
      return members(
          member("AccountMaxReadCapacityUnits", &Self::account_max_read_capacity_units),
          member("AccountMaxWriteCapacityUnits", &Self::account_max_write_capacity_units),
          member("TableMaxReadCapacityUnits", &Self::table_max_read_capacity_units),
          member("TableMaxWriteCapacityUnits", &Self::table_max_write_capacity_units));
    }
  };

  static Task<Result<Response>> run(Context&, Request) { co_return Response(); }
};

}  // namespace jedlik::service::dynamodb
