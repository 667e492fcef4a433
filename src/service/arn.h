#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "service/context.h"

// Names of resources as ARNs.
namespace jedlik::service {

// "arn:aws:dynamodb:us-east-1:000000000000:table/", which a table's name follows.
std::string table_arn_prefix(const Context& context);

// "arn:aws:dynamodb:us-east-1:000000000000:table/Name"
std::string table_arn(const Context& context, std::string_view table_name);

// "arn:aws:dynamodb:us-east-1:000000000000:table/Name/stream/2026-11-21T22:05:17.123"
std::string stream_arn(const Context& context, std::string_view table_name, std::string_view label);

// What an ARN of a stream of this region and account names. Views of the ARN.
struct StreamName {
  std::string_view table;
  std::string_view label;
};
std::optional<StreamName> read_stream_arn(const Context& context, std::string_view arn);

}  // namespace jedlik::service
