#include "wire/aws_json_handler.h"

#include <utility>

#include "wire/ascii.h"
#include "wire/authorization.h"

namespace jedlik::wire {
namespace {

constexpr std::string_view kAwsJson = "application/x-amz-json-1.0";
constexpr std::string_view kPlainJson = "application/json";

// The parser's tables take some fourteen times the size of the largest document; for one above this
// they are made for it and given back.
constexpr size_t kKeptDocumentBytes = 64 * 1024;
static_assert(InputBuffer::kPadding >= simdjson::SIMDJSON_PADDING);

// The content type that an answer has, which is that of the request; empty for one that is none of
// the two.
std::string_view answer_type(const HttpRequest& request) {
  auto header = request.header("content-type");
  if (!header) return {};
  const std::string_view type = trim(take_until(*header, ';'));
  if (equals_lower(type, kAwsJson)) return kAwsJson;
  if (equals_lower(type, kPlainJson)) return kPlainJson;
  return {};
}

ApiError unknown_operation() {
  return {&error_types::kUnknownOperation, "", std::nullopt};
}

}  // namespace

AwsJsonHandler::AwsJsonHandler(const OperationTable& operations, std::string region, uint64_t seed)
    : operations_(operations),
      health_("healthy: dynamodb." + std::move(region) + ".amazonaws.com "),
      ids_(seed) {}

AwsJsonHandler::~AwsJsonHandler() = default;

AwsAnswer AwsJsonHandler::new_answer(const HttpRequest* request, HttpResponse& response) {
  return {response, request, ids_.next(), compressor_};
}

std::optional<Task<void>> AwsJsonHandler::handle(const HttpRequest& request,
                                                 HttpResponse& response) {
  switch (request.method()) {
    case HttpRequest::Method::kPost:
      return handle_post(request, response);
    case HttpRequest::Method::kGet:
      if (std::string_view path = request.target(); take_until(path, '?') == "/") {
        answer_health(request, response);
        return std::nullopt;
      }
      break;
    case HttpRequest::Method::kOptions:
      if (request.header("origin")) {
        answer_preflight(request, response);
        return std::nullopt;
      }
      break;
    default:
      break;
  }
  answer_not_found(request, response);
  return std::nullopt;
}

std::optional<Task<void>> AwsJsonHandler::handle_post(const HttpRequest& request,
                                                      HttpResponse& response) {
  const std::string_view type = answer_type(request);
  if (type.empty()) {
    answer_not_found(request, response);
    return std::nullopt;
  }
  response.content_type = type;
  AwsAnswer answer = new_answer(&request, response);
  try {
    return call(request, answer);
  } catch (const std::exception& failure) {
    answer.set_failure(request.header("x-amz-target").value_or(""), failure.what());
    answer.finish();
    return std::nullopt;
  }
}

std::optional<Task<void>> AwsJsonHandler::call(const HttpRequest& request,
                                               const AwsAnswer& given_answer) {
  AwsAnswer answer = given_answer;
  const auto refuse_with = [&](const ApiError& error) {
    answer.set_error(error);
    answer.finish();
    return std::nullopt;
  };
  const std::string_view body = request.body();
  simdjson::dom::parser large_parser;
  simdjson::dom::parser& parser = body.size() > kKeptDocumentBytes ? large_parser : parser_;
  JsonElement json;
  // The bytes after the body may be read (HttpRequest::body), so it need not be copied.
  if (!body.empty() && parser.parse(body.data(), body.size(), false).get(json) != simdjson::SUCCESS)
    return refuse_with(serialization(""));
  const OperationRunner* operation = operations_.find(request.header("x-amz-target").value_or(""));
  if (operation == nullptr) return refuse_with(unknown_operation());
  if (const auto error = check_authorization(request)) return refuse_with(*error);
  if (body.empty()) return refuse_with(serialization(""));
  return operation->start(json, answer);
}

void AwsJsonHandler::answer_health(const HttpRequest& request, HttpResponse& response) {
  response.body = health_;
  new_answer(&request, response).finish();
}

void AwsJsonHandler::answer_not_found(const HttpRequest& request, HttpResponse& response) {
  response.status = 404;
  if (request.method() != HttpRequest::Method::kHead)
    response.body = "<UnknownOperationException/>\n";
  new_answer(&request, response).finish();
}

void AwsJsonHandler::answer_preflight(const HttpRequest& request, HttpResponse& response) {
  response.headers.append("Access-Control-Max-Age: 172800\r\n");
  if (const auto asked = request.header("access-control-request-headers"))
    response.headers.append("Access-Control-Allow-Headers: ").append(*asked).append("\r\n");
  if (const auto asked = request.header("access-control-request-method"))
    response.headers.append("Access-Control-Allow-Methods: ").append(*asked).append("\r\n");
  new_answer(&request, response).finish();
}

void AwsJsonHandler::refuse(HttpRefusal why, HttpResponse& response) {
  response.clear();
  AwsAnswer answer = new_answer(nullptr, response);
  switch (why) {
    case HttpRefusal::kMalformed:
      response.status = 400;
      break;
    case HttpRefusal::kHeaderTooLarge:
      response.status = 431;
      break;
    case HttpRefusal::kBodyTooLarge:
      response.status = 413;
      break;
    case HttpRefusal::kUnknownEncoding:
      response.status = 415;
      break;
    case HttpRefusal::kBadEncoding:
      response.content_type = kAwsJson;
      answer.set_error(serialization(""));
      break;
    case HttpRefusal::kOverloaded:
      response.status = 503;
      break;
  }
  answer.finish();
}

}  // namespace jedlik::wire
