#include "service/arn.h"

#include <fmt/format.h>

namespace jedlik::service {

namespace {

constexpr std::string_view kStream = "/stream/";

}  // namespace

std::string table_arn_prefix(const Context& context) {
  return fmt::format("arn:aws:dynamodb:{}:{}:table/", context.region, context.account_id);
}

std::string table_arn(const Context& context, std::string_view table_name) {
  return table_arn_prefix(context).append(table_name);
}

std::string stream_arn(const Context& context, std::string_view table_name,
                       std::string_view label) {
  return table_arn(context, table_name).append(kStream).append(label);
}

std::optional<StreamName> read_stream_arn(const Context& context, std::string_view arn) {
  const std::string prefix = table_arn_prefix(context);
  if (!arn.starts_with(prefix)) return std::nullopt;
  const std::string_view rest = arn.substr(prefix.size());
  const size_t table_end = rest.find(kStream);
  if (table_end == std::string_view::npos) return std::nullopt;
  return StreamName{rest.substr(0, table_end), rest.substr(table_end + kStream.size())};
}

}  // namespace jedlik::service
