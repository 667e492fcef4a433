#include "service/dynamodb/table_name.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "service/dynamodb/members.h"

namespace jedlik::service::dynamodb {

namespace {

constexpr std::string_view kArnStart = "arn:";

bool is_name(std::string_view text) {
  return text.size() >= limits::kTableNameMinBytes && text.size() <= limits::kTableNameMaxBytes &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
         });
}

std::string constraint_fault(std::string_view name, std::string_view constraint) {
  return fmt::format(
      "1 validation error detected: Value '{}' at 'tableName' failed to satisfy constraint: Member "
      "must {}",
      name, constraint);
}

// `length_fault` says what is wrong with a name that is too short or too long.
template <class LengthFault>
Status check_name(const Field<std::string>& name, LengthFault length_fault) {
  if (!name) {
    return refuse(
        validation("The parameter 'TableName' is required but was not present in the request"));
  }
  if (name->starts_with(kArnStart)) return {};
  if (name->size() < limits::kTableNameMinBytes || name->size() > limits::kTableNameMaxBytes)
    return refuse(validation(length_fault(*name)));
  if (is_name(*name)) return {};
  return refuse(validation(constraint_fault(
      *name, fmt::format("satisfy regular expression pattern: {}", kNamePattern))));
}

}  // namespace

std::string_view table_name_of(const Context& context, std::string_view name_or_arn) {
  if (!name_or_arn.starts_with(kArnStart)) return name_or_arn;
  const std::string prefix = table_arn_prefix(context);
  if (!name_or_arn.starts_with(prefix)) return name_or_arn;
  return name_or_arn.substr(prefix.size());
}

Result<std::string> table_name_of_resource(const Context& context, const Field<std::string>& arn) {
  if (!arn || arn->empty()) return refuse(validation("Invalid TableArn"));
  const std::string_view name = table_name_of(context, *arn);
  const bool elsewhere = name.size() == arn->size();
  if (elsewhere || !is_name(name)) {
    return refuse(validation(
        fmt::format("Invalid TableArn: Invalid ResourceArn provided as input {}", *arn)));
  }
  return std::string(name);
}

ApiError resource_arn_not_found(std::string_view arn) {
  return resource_not_found(
      fmt::format("Requested resource not found: ResourcArn: {} not found", arn));
}

Status check_table_name_first(const Field<std::string>& table_name) {
  return check_name(table_name, [](const std::string&) {
    return fmt::format(
        "TableName must be at least {} characters long and at most {} characters long",
        limits::kTableNameMinBytes, limits::kTableNameMaxBytes);
  });
}

Status check_new_table_name_first(const Field<std::string>& table_name) {
  return check_name(table_name, [](const std::string& name) {
    return name.size() < limits::kTableNameMinBytes
               ? constraint_fault(name, fmt::format("have length greater than or equal to {}",
                                                    limits::kTableNameMinBytes))
               : constraint_fault(name, fmt::format("have length less than or equal to {}",
                                                    limits::kTableNameMaxBytes));
  });
}

}  // namespace jedlik::service::dynamodb
