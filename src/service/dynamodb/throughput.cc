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

ApiError throughput_will_not_change(std::string_view whose, std::string_view kind,
                                    const table::Throughput& current,
                                    const table::Throughput& requested) {
  return validation(fmt::format(
      "The provisioned throughput for the {0} will not change. The requested value equals the "
      "current value. Current ReadCapacityUnits provisioned for the {1}: {2}. Requested "
      "ReadCapacityUnits: {3}. Current WriteCapacityUnits provisioned for the {1}: {4}. Requested "
      "WriteCapacityUnits: {5}. Refer to the Amazon DynamoDB Developer Guide for current limits "
      "and how to request higher limits.",
      whose, kind, current.read_units, requested.read_units, current.write_units,
      requested.write_units));
}

void note_throughput_change(const table::Throughput& current, const table::Throughput& next,
                            Timestamp now, table::ThroughputHistory& history) {
  constexpr int64_t kDayMs = 24 * 60 * 60 * 1000;
  if (next.read_units > current.read_units || next.write_units > current.write_units)
    history.last_increase = now;
  if (next.read_units < current.read_units || next.write_units < current.write_units) {
    const bool first_today =
        !history.last_decrease || history.last_decrease->ms / kDayMs != now.ms / kDayMs;
    history.decreases_that_day = first_today ? 1 : history.decreases_that_day + 1;
    history.last_decrease = now;
  }
}

}  // namespace jedlik::service::dynamodb
