#pragma once

#include <string>
#include <string_view>

#include "base/api_error.h"
#include "wire/content_coding.h"
#include "wire/http_message.h"
#include "wire/request_id.h"

namespace jedlik::wire {

// The answer to one request in AWS JSON 1.0 while it is made: its body, and with finish() the
// headers that every answer of the service has. The response, the request and the compressor
// outlive it. Copies are the same answer.
class AwsAnswer {
 public:
  // `request` is null where none could be read.
  AwsAnswer(HttpResponse& response, const HttpRequest* request, const RequestId& id,
            Compressor& compressor)
      : response_(response), request_(request), id_(id), compressor_(compressor) {}

  std::string_view request_id() const { return id_.text(); }
  HttpResponse& response() { return response_; }
  // To be filled with JSON.
  std::string& body() { return response_.body; }

  // Turns the answer into an error, whatever was in it.
  void set_error(const ApiError& error);
  // The same for something that went wrong here, `operation` being what was asked for: the client
  // learns that it happened, the log what.
  void set_failure(std::string_view operation, std::string_view cause);
  // To be called once, last. Compresses the body where the client wants that and it is long.
  void finish();

 private:
  void compress();

  HttpResponse& response_;
  const HttpRequest* request_;
  RequestId id_;
  Compressor& compressor_;
};

// What `__type` and its message look like on the wire.
void append_error(std::string& to, const ApiError& error);

}  // namespace jedlik::wire
