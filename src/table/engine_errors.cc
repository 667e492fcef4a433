#include "table/engine_errors.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace jedlik::table {

ApiError refusal_of(const engine::Failure& failure, std::string_view doing) {
  if (failure.kind == engine::Failure::Kind::kNoSuchPartition) return table_not_found();
  spdlog::error("event=engine_failed doing={} detail=\"{}\"", doing, failure.detail);
  return internal_server_error();
}

ApiError refusal_of(const engine::Committed& committed, std::string_view doing) {
  const bool unknown = committed.kind == engine::Committed::Kind::kUnknown;
  spdlog::error("event=commit_failed doing={} outcome={} detail=\"{}\"", doing,
                unknown ? "unknown" : "refused", committed.detail);
  return internal_server_error();
}

ApiError table_not_found() {
  return resource_not_found("Requested resource not found");
}

ApiError table_not_found(std::string_view name) {
  return resource_not_found(fmt::format("Requested resource not found: Table: {} not found", name));
}

}  // namespace jedlik::table
