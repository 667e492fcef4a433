#pragma once

#include "base/limits.h"
#include "service/shape.h"

// What UpdateTimeToLive and DescribeTimeToLive have in common.
namespace jedlik::service::dynamodb {

struct TimeToLiveSpecification {
  Field<bool> enabled;
  Field<std::string> attribute_name;

  static constexpr auto shape() {
    using Self = TimeToLiveSpecification;
    return members(member("Enabled", &Self::enabled, required()),
                   member("AttributeName", &Self::attribute_name,
                          required().length(1, limits::kTimeToLiveAttributeCharacters)));
  }
};

struct TimeToLiveDescription {
  std::string time_to_live_status;
  Field<std::string> attribute_name;

  static constexpr auto shape() {
    using Self = TimeToLiveDescription;
    return members(member("TimeToLiveStatus", &Self::time_to_live_status),
                   member("AttributeName", &Self::attribute_name));
  }
};

}  // namespace jedlik::service::dynamodb
