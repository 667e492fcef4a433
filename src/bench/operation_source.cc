#include "bench/operation_source.h"

#include <fmt/format.h>
#include <simdjson.h>

namespace jedlik::bench {

namespace {

std::string text_of(const simdjson::dom::element& object, const char* name) {
  std::string_view text;
  if (object[name].get(text) != simdjson::SUCCESS) return "";
  return std::string(text);
}

}  // namespace

Failure failure_of(const Answer& answer) {
  Failure failure{fmt::format("HTTP {}", answer.status), ""};
  simdjson::dom::parser parser;
  simdjson::dom::element object;
  if (parser.parse(answer.body.data(), answer.body.size()).get(object) != simdjson::SUCCESS)
    return failure;
  // "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"
  const std::string type = text_of(object, "__type");
  if (!type.empty()) failure.type = type.substr(type.find('#') + 1);
  failure.message = text_of(object, "message");
  if (failure.message.empty()) failure.message = text_of(object, "Message");
  return failure;
}

}  // namespace jedlik::bench
