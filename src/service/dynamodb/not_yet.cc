#include "service/dynamodb/not_yet.h"

#include <fmt/format.h>

#include <string>

namespace jedlik::service::dynamodb {

namespace {

// The names of those that are present: "A, B".
std::string present_names(std::initializer_list<Parameter> parameters) {
  std::string names;
  for (const Parameter& parameter : parameters) {
    if (!parameter.is_present) continue;
    if (!names.empty()) names += ", ";
    names += parameter.name;
  }
  return names;
}

}  // namespace

Status refuse_not_yet(std::initializer_list<Parameter> parameters) {
  for (const Parameter& parameter : parameters) {
    if (!parameter.is_present) continue;
    return refuse(validation(fmt::format(
        "One or more parameter values were invalid: {} is not supported by this server yet",
        parameter.name)));
  }
  return {};
}

Status check_older_parameters(std::initializer_list<Parameter> older,
                              std::initializer_list<Parameter> expressions) {
  const std::string older_names = present_names(older);
  if (older_names.empty()) return {};
  const std::string expression_names = present_names(expressions);
  if (!expression_names.empty()) {
    return refuse(validation(
        fmt::format("Can not use both expression and non-expression parameters in the same "
                    "request: Non-expression parameters: {{{}}} Expression parameters: {{{}}}",
                    older_names, expression_names)));
  }
  return refuse_not_yet(older);
}

}  // namespace jedlik::service::dynamodb
