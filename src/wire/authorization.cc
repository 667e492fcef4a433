#include "wire/authorization.h"

#include <algorithm>
#include <string>

#include "wire/ascii.h"

namespace jedlik::wire {
namespace {

constexpr std::string_view kAlgorithm = "X-Amz-Algorithm";

ApiError missing_token() {
  return {&error_types::kMissingAuthenticationToken, "Request is missing Authentication Token",
          std::nullopt};
}

ApiError incomplete(std::string message) {
  return {&error_types::kIncompleteSignature, std::move(message), std::nullopt};
}

std::string_view query_of(std::string_view target) {
  const size_t mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

// The value of a parameter of a query; nothing when it is not there.
std::optional<std::string_view> parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    std::string_view value = take_until(query, '&');
    if (take_until(value, '=') == name) return value;
  }
  return std::nullopt;
}

struct HeaderParts {
  bool credential = false;
  bool signature = false;
  bool signed_headers = false;
};

// Takes what comes before the next comma or blank.
std::string_view take_part(std::string_view& from) {
  const size_t comma = std::min(from.find(','), from.size());
  const size_t end = std::min(from.substr(0, comma).find(' '), comma);
  const std::string_view part = from.substr(0, end);
  from.remove_prefix(std::min(end + 1, from.size()));
  return part;
}

// "AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=..."; commas or blanks between.
HeaderParts parts_of(std::string_view header) {
  HeaderParts parts;
  (void)take_until(header, ' ');
  while (!header.empty()) {
    std::string_view part = take_part(header);
    const std::string_view name = take_until(part, '=');
    if (part.empty()) continue;
    if (name == "Credential") parts.credential = true;
    if (name == "Signature") parts.signature = true;
    if (name == "SignedHeaders") parts.signed_headers = true;
  }
  return parts;
}

std::optional<ApiError> check_header(const HttpRequest& request, std::string_view header) {
  if (header.substr(0, 5) != "AWS4-") return missing_token();
  const HeaderParts parts = parts_of(header);
  const bool dated = request.header("x-amz-date") || request.header("date");
  if (parts.credential && parts.signature && parts.signed_headers && dated) return std::nullopt;
  std::string message;
  if (!parts.credential) message += "Authorization header requires 'Credential' parameter. ";
  if (!parts.signature) message += "Authorization header requires 'Signature' parameter. ";
  if (!parts.signed_headers) message += "Authorization header requires 'SignedHeaders' parameter. ";
  if (!dated) {
    message +=
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  return incomplete(message.append("Authorization=").append(header));
}

std::optional<ApiError> check_query(std::string_view query) {
  std::string message;
  for (const std::string_view name :
       {kAlgorithm, std::string_view("X-Amz-Credential"), std::string_view("X-Amz-Signature"),
        std::string_view("X-Amz-SignedHeaders"), std::string_view("X-Amz-Date")}) {
    const auto value = parameter(query, name);
    if (value && !value->empty()) continue;
    message.append("AWS query-string parameters must include '").append(name).append("'. ");
  }
  if (message.empty()) return std::nullopt;
  return incomplete(message.append("Re-examine the query-string parameters."));
}

}  // namespace

std::optional<ApiError> check_authorization(const HttpRequest& request) {
  const std::string_view query = query_of(request.target());
  const bool in_query = !query.empty() && parameter(query, kAlgorithm).has_value();
  const auto header = request.header("authorization");
  if (header && in_query) {
    return ApiError{&error_types::kInvalidSignature,
                    "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as "
                    "HTTP header.",
                    std::nullopt};
  }
  if (in_query) return check_query(query);
  if (header) return check_header(request, *header);
  return missing_token();
}

}  // namespace jedlik::wire
