#include "wire/aws_answer.h"

#include <spdlog/spdlog.h>

#include <array>
#include <charconv>

#include "value/stored_item.h"
#include "wire/checksum.h"
#include "wire/item_json.h"
#include "wire/json_writer.h"

namespace jedlik::wire {
namespace {

// Shorter bodies are not worth the time.
constexpr size_t kCompressFromBytes = 4096;

// The first two say nothing when they have nothing to say.
std::string_view message_name(const ApiError& error) {
  const bool terse =
      error.type == &error_types::kSerialization || error.type == &error_types::kUnknownOperation;
  if (terse && error.message.empty()) return {};
  const bool is_capital = terse || error.type == &error_types::kTransactionCanceled ||
                          error.type == &error_types::kIdempotentParameterMismatch;
  return is_capital ? "Message" : "message";
}

void append_reason(std::string& to, const CancellationReason& reason) {
  to.append(R"({"Code":")").append(reason.code).append("\"");
  if (reason.item) {
    to.append(",\"Item\":");
    append_item(to, value::ItemView(*reason.item));
  }
  if (reason.message) {
    to.append(",\"Message\":");
    append_json_string(to, *reason.message);
  }
  to.append("}");
}

void append_reasons(std::string& to, const std::vector<CancellationReason>& reasons) {
  to.append(",\"CancellationReasons\":[");
  for (const CancellationReason& reason : reasons) {
    if (&reason != &reasons.front()) to.append(",");
    append_reason(to, reason);
  }
  to.append("]");
}

void append_decimal(std::string& to, unsigned long number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  to.append(digits.data(), end);
}

}  // namespace

void append_error(std::string& to, const ApiError& error) {
  to.append(R"({"__type":")").append(error.type->name_space).append("#");
  to.append(error.type->name).append("\"");
  if (!error.cancellation_reasons.empty()) append_reasons(to, error.cancellation_reasons);
  const std::string_view name = message_name(error);
  if (!name.empty()) {
    to.append(",\"").append(name).append("\":");
    append_json_string(to, error.message);
  }
  if (error.item) {
    to.append(",\"Item\":");
    append_item(to, value::ItemView(*error.item));
  }
  to.append("}");
}

void AwsAnswer::set_error(const ApiError& error) {
  response_.status = error.type->http_status;
  response_.body.clear();
  append_error(response_.body, error);
}

void AwsAnswer::set_failure(std::string_view operation, std::string_view cause) {
  SPDLOG_ERROR("event=operation_failed operation={} request_id={} error=\"{}\"", operation,
               request_id(), cause);
  set_error(internal_server_error());
}

void AwsAnswer::compress() {
  if (request_ == nullptr || response_.body.size() < kCompressFromBytes) return;
  const auto accepted = request_->header("accept-encoding");
  if (!accepted) return;
  const ContentCoding coding = choose_content_coding(*accepted);
  if (coding == ContentCoding::kIdentity) return;
  std::string compressed;
  compressor_.compress(coding, response_.body, compressed);
  response_.body.swap(compressed);
  response_.headers.append(coding == ContentCoding::kGzip ? "Content-Encoding: gzip\r\n"
                                                          : "Content-Encoding: deflate\r\n");
}

void AwsAnswer::finish() {
  compress();
  // The checksum is of the bytes as they are sent, compressed or not; the SDKs check it before they
  // decompress.
  std::string& headers = response_.headers;
  headers.append("x-amzn-RequestId: ").append(request_id()).append("\r\nx-amz-crc32: ");
  append_decimal(headers, crc32(response_.body));
  headers.append("\r\n");
  if (request_ != nullptr && request_->header("origin")) {
    headers.append(
        "Access-Control-Allow-Origin: *\r\n"
        "Access-Control-Expose-Headers: x-amzn-RequestId,x-amz-crc32,x-amzn-ErrorType,Date\r\n");
  }
}

}  // namespace jedlik::wire
