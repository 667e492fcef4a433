#pragma once

#include <initializer_list>
#include <string_view>

#include "base/result.h"

namespace jedlik::service::dynamodb {

// A parameter of a request by its name, and whether the request has it.
struct Parameter {
  bool is_present;
  std::string_view name;
};

// Refuses when one of them is present: they are parameters that DynamoDB has and this server does
// not have yet, and to ignore one would be a made-up success.
Status refuse_not_yet(std::initializer_list<Parameter> parameters);

// The older parameters (Expected, AttributesToGet, ...), which this server does not have yet.
// DynamoDB refuses them beside expressions, and so do we; alone they are refused as not yet there.
Status check_older_parameters(std::initializer_list<Parameter> older,
                              std::initializer_list<Parameter> expressions);

}  // namespace jedlik::service::dynamodb
