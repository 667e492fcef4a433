#pragma once

#include <initializer_list>
#include <string_view>

#include "base/result.h"

namespace jedlik::service::dynamodb {

// A parameter that DynamoDB has and this server does not have yet.
struct NotYet {
  bool is_present;
  std::string_view name;
};

// Refuses when one of them is present: to ignore it would be a made-up success.
Status refuse_not_yet(std::initializer_list<NotYet> parameters);

}  // namespace jedlik::service::dynamodb
