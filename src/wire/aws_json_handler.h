#pragma once

#include <simdjson.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "wire/aws_answer.h"
#include "wire/http_message.h"
#include "wire/operations.h"
#include "wire/request_id.h"

namespace jedlik::wire {

// Answers requests in AWS JSON 1.0 (`X-Amz-Target: DynamoDB_20120810.<Operation>`), the health
// check and CORS preflight, and checks what is common to all operations in the order in which the
// service does. One for each serving thread.
class AwsJsonHandler final : public HttpHandler {
 public:
  // `operations` must outlive it. `region` is named by the health check; `seed` is that of the
  // request ids.
  AwsJsonHandler(const OperationTable& operations, std::string region, uint64_t seed);
  ~AwsJsonHandler() override;

  std::optional<Task<void>> handle(const HttpRequest& request, HttpResponse& response) override;
  void refuse(HttpRefusal why, HttpResponse& response) override;

 private:
  std::optional<Task<void>> handle_post(const HttpRequest& request, HttpResponse& response);
  std::optional<Task<void>> call(const HttpRequest& request, const AwsAnswer& answer);
  void answer_health(const HttpRequest& request, HttpResponse& response);
  void answer_preflight(const HttpRequest& request, HttpResponse& response);
  void answer_not_found(const HttpRequest& request, HttpResponse& response);
  AwsAnswer new_answer(const HttpRequest* request, HttpResponse& response);

  const OperationTable& operations_;
  const std::string health_;
  RequestIds ids_;
  Compressor compressor_;
  // A request is read and done with before anything waits, so one parser is enough for a thread.
  simdjson::dom::parser parser_;
};

}  // namespace jedlik::wire
