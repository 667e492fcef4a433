#pragma once

#include <initializer_list>

#include "base/result.h"
#include "service/dynamodb/legacy_parameters.h"

namespace jedlik::service::dynamodb {

// Refuses when one of them is present: they are parameters that DynamoDB has and this server does
// not have yet, and to ignore one would be a made-up success.
Status refuse_not_yet(std::initializer_list<Parameter> parameters);

}  // namespace jedlik::service::dynamodb
