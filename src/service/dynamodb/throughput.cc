#include "service/dynamodb/throughput.h"

#include <fmt/format.h>

namespace jedlik::service::dynamodb {

namespace {

constexpr int64_t kMaxUnits = 1'000'000'000'000;

Status check_units(int64_t units, std::string_view name) {
  if (units <= kMaxUnits) return {};
  return refuse(validation(fmt::format("Given value {} for {} is out of bounds", units, name)));
}

}  // namespace

ApiError invalid_parameters(std::string_view what) {
  return validation(fmt::format("One or more parameter values were invalid: {}", what));
}

Status check_throughput(const Field<ProvisionedThroughput>& throughput, bool on_demand) {
  if (!throughput) return {};
  if (on_demand) {
    return refuse(invalid_parameters(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST"));
  }
  RETURN_IF_REFUSED(check_units(*throughput->read_capacity_units, "ReadCapacityUnits"));
  return check_units(*throughput->write_capacity_units, "WriteCapacityUnits");
}

}  // namespace jedlik::service::dynamodb
