#include "wire/aws_json_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cstring>
#include <regex>

#include "tests/wire/http_text.h"
#include "tests/wire/test_operations.h"
#include "wire/http_reader.h"

namespace jedlik::wire {
namespace {

using test::call_text;
using test::Headers;
using test::kAuthorization;
using test::post_text;
using test::request_text;
using test::signed_headers;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// The path from the bytes of a request to its answer, without a socket.
class AwsJsonHandlerTest : public testing::Test {
 protected:
  // The answer; valid until the next call.
  const HttpResponse& send(std::string_view bytes) {
    reader_.emplace(options_, budget_, pool_);
    HttpReader::State state = reader_->advance();
    while (!bytes.empty() && state != HttpReader::State::kComplete) {
      const auto space = reader_->space();
      const size_t size = std::min(space.size(), bytes.size());
      std::memcpy(space.data(), bytes.data(), size);
      reader_->received(size);
      bytes.remove_prefix(size);
      state = reader_->advance();
    }
    EXPECT_EQ(state, HttpReader::State::kComplete) << "the test's request is not whole";
    HttpExchange& exchange = reader_->exchange();
    auto task = handler_.handle(exchange.request, exchange.response);
    if (task) {
      boost::asio::io_context context;
      boost::asio::co_spawn(context, std::move(*task), boost::asio::detached);
      context.run();
    }
    return exchange.response;
  }

  const HttpResponse& call(const std::string& operation, std::string_view body) {
    return send(call_text(operation, body));
  }

  HttpOptions options_;
  MemoryBudget budget_{1 << 28};
  ExchangePool pool_;
  test::TestContext context_;
  OperationTable operations_ = test::test_operations(context_);
  AwsJsonHandler handler_{operations_, "eu-west-9", 1};
  std::optional<HttpReader> reader_;
};

std::string header(const HttpResponse& response, const std::string& name) {
  const size_t at = response.headers.find(name + ": ");
  if (at == std::string::npos) return "";
  const size_t begin = at + name.size() + 2;
  return response.headers.substr(begin, response.headers.find("\r\n", begin) - begin);
}

uint32_t checksum(std::string_view text) {
  return static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

const std::string kSerialization =
    R"({"__type":"com.amazon.coral.service#SerializationException"})";
const std::string kUnknown = R"({"__type":"com.amazon.coral.service#UnknownOperationException"})";

TEST_F(AwsJsonHandlerTest, AnswersAnOperation) {
  const HttpResponse& response = call("Echo", R"({"Name":"abc","Limit":3})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"Name":"abc","Limit":3})");
  EXPECT_EQ(response.content_type, "application/x-amz-json-1.0");
  EXPECT_TRUE(std::regex_match(header(response, "x-amzn-RequestId"), std::regex("[A-Z0-9]{52}")));
  EXPECT_EQ(header(response, "x-amz-crc32"), std::to_string(checksum(response.body)));
  EXPECT_THAT(response.headers, Not(HasSubstr("Access-Control")));
}

TEST_F(AwsJsonHandlerTest, AnswersWithNothingWhereThatIsTheAnswer) {
  const HttpResponse& response = call("PutItem", R"({"TableName":"t","Item":{"a":{"S":"x"}}})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(header(response, "x-amz-crc32"), "0");
}

TEST_F(AwsJsonHandlerTest, GivesEveryAnswerItsOwnId) {
  const std::string first = header(call("GetItem", "{}"), "x-amzn-RequestId");
  EXPECT_NE(header(call("GetItem", "{}"), "x-amzn-RequestId"), first);
}

TEST_F(AwsJsonHandlerTest, AnswersTheHealthCheckAndNoOtherPath) {
  const HttpResponse& response = send("GET /?x=y HTTP/1.1\r\n\r\n");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "healthy: dynamodb.eu-west-9.amazonaws.com ");
  EXPECT_EQ(response.content_type, "");
  EXPECT_EQ(header(response, "x-amz-crc32"), std::to_string(checksum(response.body)));
  EXPECT_EQ(send("GET /other HTTP/1.1\r\n\r\n").status, 404);
}

TEST_F(AwsJsonHandlerTest, HasNothingForOtherMethodsAndContentTypes) {
  for (const char* method : {"PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"}) {
    const HttpResponse& response =
        send(request_text(std::string(method) + " /", signed_headers("Echo"), ""));
    EXPECT_EQ(response.status, 404) << method;
    EXPECT_EQ(response.body, method == std::string("HEAD") ? "" : "<UnknownOperationException/>\n");
    EXPECT_EQ(response.content_type, "");
  }
  for (const char* type : {"text/plain", "application/x-amz-json-1.1", "application/cbor", ""}) {
    Headers headers = signed_headers("Echo");
    headers[1].second = type;
    EXPECT_EQ(send(post_text(headers, "{}")).status, 404) << type;
  }
}

TEST_F(AwsJsonHandlerTest, AnswersInTheContentTypeOfTheRequest) {
  Headers headers = signed_headers("Echo");
  headers[1].second = "Application/JSON ; charset=utf-8";
  EXPECT_EQ(send(post_text(headers, "{}")).content_type, "application/json");
  EXPECT_EQ(send(post_text(headers, "{")).content_type, "application/json");
}

TEST_F(AwsJsonHandlerTest, KnowsOnlyItsOperations) {
  for (const char* target :
       {"", "DynamoDB_20120810", "DynamoDB_20120810.", "Echo", "DynamoDB_20120810.echo",
        "DynamoDB_20120810.Echo.x", "DynamoDB_20120810.Echp", "DynamoDB_20111205.Echo"}) {
    Headers headers = signed_headers("Echo");
    headers[2].second = target;
    const HttpResponse& response = send(post_text(headers, "{}"));
    EXPECT_EQ(response.status, 400) << target;
    EXPECT_EQ(response.body, kUnknown) << target;
  }
}

TEST_F(AwsJsonHandlerTest, RefusesWhatIsNoJson) {
  for (const char* body : {"",
                           " ",
                           "{",
                           "nul",
                           R"({"a":})",
                           R"({"a":1,})",
                           "{}{}",
                           "{} x",
                           "{/**/}",
                           R"({"a":01})",
                           R"({"a":NaN})",
                           "{'a':1}",
                           "{\"a\":\"\n\"}",
                           R"({"a":"\ud800"})",
                           R"({"a":"\udc00"})",
                           R"({"a":"\ud800\u0041"})",
                           R"({"a":"\x"})",
                           R"({"a":")",
                           "{\"a\":\"\xc3\x28\"}",
                           "{\"a\":\"\xed\xa0\x80\"}",
                           "\xef\xbb\xbf{}",
                           R"("x")",
                           "1",
                           "true",
                           "null",
                           "[]"}) {
    const HttpResponse& response = call("Echo", body);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_EQ(response.body, kSerialization) << body;
  }
}

TEST_F(AwsJsonHandlerTest, RefusesDeepJsonWithoutMuchStack) {
  for (const char* open : {"[", R"({"a":)", R"({"Item":{"a":{"L":[)"}) {
    std::string body;
    while (body.size() < 500'000)
      body += open;
    EXPECT_EQ(call("Echo", body).body, kSerialization);
  }
}

TEST_F(AwsJsonHandlerTest, ReadsABodyOfTheLargestSize) {
  std::string body = R"({"Limit":1})";
  body.resize(limits::kRequestBytes, ' ');
  EXPECT_EQ(call("Echo", body).body, R"({"Limit":1})");
}

TEST_F(AwsJsonHandlerTest, ChecksInTheOrderOfTheService) {
  const Headers unsigned_unknown = {{"Content-Type", "application/json"}};
  const Headers unsigned_known = {{"Content-Type", "application/json"},
                                  {"X-Amz-Target", "DynamoDB_20120810.Echo"}};
  EXPECT_EQ(send(post_text(unsigned_unknown, "{")).body, kSerialization);
  EXPECT_EQ(send(post_text(unsigned_unknown, "")).body, kUnknown);
  EXPECT_EQ(send(post_text(unsigned_unknown, "{}")).body, kUnknown);
  EXPECT_THAT(send(post_text(unsigned_known, "")).body, HasSubstr("MissingAuthenticationToken"));
  EXPECT_THAT(send(post_text(unsigned_known, R"({"Name":1})")).body,
              HasSubstr("MissingAuthenticationToken"));
  EXPECT_EQ(call("Echo", R"({"Flag":1,"Name":"x"})").body,
            R"({"__type":"com.amazon.coral.service#SerializationException",)"
            R"("Message":"NUMBER_VALUE cannot be converted to Boolean"})");
  EXPECT_THAT(call("Echo", R"({"Name":"x"})").body, HasSubstr("1 validation error detected"));
}

TEST_F(AwsJsonHandlerTest, LetsAnOperationCheckBeforeItsShapeIsValidated) {
  EXPECT_THAT(call("Picky", R"({"Name":"no"})").body, HasSubstr("Not that name"));
  EXPECT_THAT(call("Picky", "{}").body, HasSubstr("Value null at 'name'"));
  EXPECT_EQ(call("Picky", R"({"Name":"yes"})").body, "{}");
}

struct AuthorizationCase {
  const char* value;  // null for no header
  bool dated;
  const char* type;
  std::string message;
};

TEST_F(AwsJsonHandlerTest, LooksForAllPartsOfASignature) {
  const std::string missing = "Request is missing Authentication Token";
  const std::string credential = "Authorization header requires 'Credential' parameter. ";
  const std::string signature = "Authorization header requires 'Signature' parameter. ";
  const std::string signed_headers_part =
      "Authorization header requires 'SignedHeaders' parameter. ";
  const std::string date =
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  const AuthorizationCase cases[] = {
      {nullptr, true, "MissingAuthenticationTokenException", missing},
      {"", true, "MissingAuthenticationTokenException", missing},
      {"Basic dXNlcg==", true, "MissingAuthenticationTokenException", missing},
      {"aws4-hmac-sha256 a", true, "MissingAuthenticationTokenException", missing},
      {"AWS4-HMAC-SHA256", true, "IncompleteSignatureException",
       credential + signature + signed_headers_part + "Authorization=AWS4-HMAC-SHA256"},
      {"AWS4-HMAC-SHA256", false, "IncompleteSignatureException",
       credential + signature + signed_headers_part + date + "Authorization=AWS4-HMAC-SHA256"},
      {"AWS4-X Credential=a,SignedHeaders=b", true, "IncompleteSignatureException",
       signature + "Authorization=AWS4-X Credential=a,SignedHeaders=b"},
      {"AWS4-X Credential=,Signature=c SignedHeaders=b", true, "IncompleteSignatureException",
       credential + "Authorization=AWS4-X Credential=,Signature=c SignedHeaders=b"},
  };
  for (const AuthorizationCase& c : cases) {
    Headers headers = {{"Content-Type", "application/json"},
                       {"X-Amz-Target", "DynamoDB_20120810.Echo"}};
    if (c.dated) headers.emplace_back("X-Amz-Date", "20250101T000000Z");
    if (c.value != nullptr) headers.emplace_back("Authorization", c.value);
    const HttpResponse& response = send(post_text(headers, "{}"));
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.body, std::string(R"({"__type":"com.amazon.coral.service#)") + c.type +
                                 R"(","message":")" + c.message + "\"}");
  }
}

TEST_F(AwsJsonHandlerTest, TakesASignatureInTheQuery) {
  const std::string whole =
      "POST /?X-Amz-Algorithm=A&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-SignedHeaders=d&"
      "X-Amz-Date=e";
  const auto ask = [&](const std::string& start, Headers more = {}) {
    Headers headers = {{"Content-Type", "application/json"},
                       {"X-Amz-Target", "DynamoDB_20120810.Echo"},
                       {"Content-Length", "2"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return send(request_text(start, headers, "{}")).body;
  };
  EXPECT_EQ(ask(whole), "{}");
  EXPECT_THAT(ask("POST /?X-Amz-Credential=b"), HasSubstr("MissingAuthenticationToken"));
  EXPECT_THAT(ask("POST /?X-Amz-Algorithm=&X-Amz-Signature=x"),
              HasSubstr(R"("message":"AWS query-string parameters must include 'X-Amz-Algorithm'. )"
                        "AWS query-string parameters must include 'X-Amz-Credential'. "
                        "AWS query-string parameters must include 'X-Amz-SignedHeaders'. "
                        "AWS query-string parameters must include 'X-Amz-Date'. "
                        "Re-examine the query-string parameters.\""));
  EXPECT_THAT(ask(whole, {{"Authorization", kAuthorization}}),
              HasSubstr("InvalidSignatureException\",\"message\":\"Found both 'X-Amz-Algorithm' as "
                        "a query-string param and 'Authorization' as HTTP header.\""));
}

TEST_F(AwsJsonHandlerTest, AnswersPreflightWithWhatWasAsked) {
  const HttpResponse& response = send(
      "OPTIONS / HTTP/1.1\r\nOrigin: http://x\r\nAccess-Control-Request-Method: POST\r\n"
      "Access-Control-Request-Headers: content-type,x-amz-target\r\n\r\n");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(header(response, "Access-Control-Max-Age"), "172800");
  EXPECT_EQ(header(response, "Access-Control-Allow-Methods"), "POST");
  EXPECT_EQ(header(response, "Access-Control-Allow-Headers"), "content-type,x-amz-target");
}

TEST_F(AwsJsonHandlerTest, LetsPagesReadAnswers) {
  for (const char* operation : {"Echo", "None"}) {
    Headers headers = signed_headers(operation);
    headers.emplace_back("Origin", "http://x");
    const HttpResponse& response = send(post_text(headers, "{}"));
    EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "*");
    EXPECT_THAT(header(response, "Access-Control-Expose-Headers"), HasSubstr("x-amzn-RequestId"));
  }
}

TEST_F(AwsJsonHandlerTest, CarriesTheItemOfAFailedCondition) {
  EXPECT_EQ(call("Condition", "{}").body,
            R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
            R"("message":"The conditional request failed"})");
  (void)call("PutItem", R"({"TableName":"t","Item":{"a":{"S":"x"}}})");
  EXPECT_EQ(call("Condition", "{}").body,
            R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
            R"("message":"The conditional request failed","Item":{"a":{"S":"x"}}})");
}

TEST_F(AwsJsonHandlerTest, TurnsAnExceptionIntoAnInternalError) {
  const HttpResponse& response = call("Throw", "{}");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body, R"({"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError",)"
                           R"("message":"Internal server error"})");
}

TEST_F(AwsJsonHandlerTest, CompressesLongAnswersWhereThatIsAccepted) {
  const std::string item = R"({"a":{"S":")" + std::string(10'000, 'x') + R"("}})";
  (void)call("PutItem", R"({"TableName":"t","Item":)" + item + "}");
  const std::string plain = R"({"Item":)" + item + "}";
  EXPECT_EQ(call("GetItem", "{}").body, plain);
  for (const char* coding : {"gzip", "deflate"}) {
    Headers headers = signed_headers("GetItem");
    headers.emplace_back("Accept-Encoding", coding);
    const HttpResponse& response = send(post_text(headers, "{}"));
    EXPECT_EQ(header(response, "Content-Encoding"), coding);
    EXPECT_LT(response.body.size(), 1000);
    EXPECT_EQ(header(response, "x-amz-crc32"), std::to_string(checksum(response.body)))
        << "of the bytes as they are sent";
    MemoryBudget budget(1 << 20);
    InputBuffer out(budget);
    ASSERT_EQ(decompress(*parse_content_coding(coding), response.body, 1 << 20, out),
              DecompressOutcome::kDone);
    EXPECT_EQ(out.view(), plain);
  }
  Headers headers = signed_headers("Echo");
  headers.emplace_back("Accept-Encoding", "gzip");
  EXPECT_EQ(header(send(post_text(headers, "{}")), "Content-Encoding"), "") << "a short answer";
}

TEST_F(AwsJsonHandlerTest, RefusesWhatCouldNotBeRead) {
  struct Case {
    HttpRefusal why;
    int status;
  };
  for (const Case& c : std::initializer_list<Case>{{HttpRefusal::kMalformed, 400},
                                                   {HttpRefusal::kHeaderTooLarge, 431},
                                                   {HttpRefusal::kBodyTooLarge, 413},
                                                   {HttpRefusal::kUnknownEncoding, 415},
                                                   {HttpRefusal::kBadEncoding, 400},
                                                   {HttpRefusal::kOverloaded, 503}}) {
    HttpResponse response;
    response.body = "left over";
    handler_.refuse(c.why, response);
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(response.body, c.why == HttpRefusal::kBadEncoding ? kSerialization : "");
    EXPECT_EQ(header(response, "x-amz-crc32"), std::to_string(checksum(response.body)));
  }
}

}  // namespace
}  // namespace jedlik::wire
