#include "service/dynamodb/not_yet.h"

#include <fmt/format.h>

namespace jedlik::service::dynamodb {

Status refuse_not_yet(std::initializer_list<Parameter> parameters) {
  for (const Parameter& parameter : parameters) {
    if (!parameter.is_present) continue;
    return refuse(
        invalid_parameters(fmt::format("{} is not supported by this server yet", parameter.name)));
  }
  return {};
}

}  // namespace jedlik::service::dynamodb
