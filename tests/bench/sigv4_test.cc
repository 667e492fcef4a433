#include "bench/sigv4.h"

#include <gtest/gtest.h>

#include "bench/request_writer.h"

namespace jedlik::bench {
namespace {

// The credentials and the time of AWS's examples.
const Credentials kExample{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
constexpr Timestamp kAt20150830T123600Z{1'440'938'160'000};

struct Vector {
  const char* name;
  const char* service;
  const char* canonical;
  const char* signed_headers;
  const char* signature;
};

const Vector kVectors[] = {
    // "Elements of an AWS API request signature" (IAM User Guide); the first is its ListUsers.
    {"ListUsers", "iam",
     "GET\n/\nAction=ListUsers&Version=2010-05-08\n"
     "content-type:application/x-www-form-urlencoded; charset=utf-8\n"
     "host:iam.amazonaws.com\nx-amz-date:20150830T123600Z\n\ncontent-type;host;x-amz-date\n",
     "content-type;host;x-amz-date",
     "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"},
    // AWS's Signature Version 4 test suite.
    {"get-vanilla", "service",
     "GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n",
     "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"post-vanilla", "service",
     "POST\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n",
     "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
};

std::string text(const Sigv4::Signature& signature) {
  return {signature.data(), signature.size()};
}

TEST(Sigv4, SignsAsAwsPublishes) {
  for (const Vector& vector : kVectors) {
    SCOPED_TRACE(vector.name);
    Sigv4 sigv4(kExample, "us-east-1", vector.service);
    EXPECT_TRUE(sigv4.set_time(kAt20150830T123600Z));
    EXPECT_EQ(sigv4.date(), "20150830T123600Z");
    const auto prepared = sigv4.prepare(vector.canonical, vector.signed_headers);
    EXPECT_EQ(prepared.header_value,
              std::string("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/") +
                  vector.service + "/aws4_request, SignedHeaders=" + vector.signed_headers +
                  ", Signature=");
    EXPECT_EQ(text(sigv4.sign(prepared, "")), vector.signature);
    EXPECT_EQ(text(sigv4.sign(prepared, "")), vector.signature) << "of a second request";
    EXPECT_NE(text(sigv4.sign(prepared, "{}")), vector.signature);
  }
}

TEST(Sigv4, TellsWhenTheSecondChanges) {
  Sigv4 sigv4(kExample, "us-east-1", "service");
  EXPECT_TRUE(sigv4.set_time(kAt20150830T123600Z));
  EXPECT_FALSE(sigv4.set_time({kAt20150830T123600Z.ms + 999}));
  EXPECT_TRUE(sigv4.set_time({kAt20150830T123600Z.ms + 1000}));
  EXPECT_EQ(sigv4.date(), "20150830T123601Z");
}

TEST(Sigv4, HasAnotherKeyTheNextDay) {
  const auto signature = [](std::initializer_list<int64_t> times) {
    Sigv4 sigv4(kExample, "us-east-1", "service");
    for (const int64_t ms : times)
      sigv4.set_time({ms});
    return text(sigv4.sign(sigv4.prepare("x\n", "host"), ""));
  };
  constexpr int64_t kNextDay = kAt20150830T123600Z.ms + 24 * 3600 * 1000;
  EXPECT_EQ(signature({kAt20150830T123600Z.ms, kNextDay}), signature({kNextDay}));
  EXPECT_NE(signature({kAt20150830T123600Z.ms}), signature({kNextDay}));
}

TEST(Sigv4, TakesAKeyThatIsLongerThanABlockOfTheHash) {
  const auto signature = [](const std::string& secret) {
    Sigv4 sigv4({"A", secret, ""}, "us-east-1", "service");
    sigv4.set_time(kAt20150830T123600Z);
    return text(sigv4.sign(sigv4.prepare("x\n", "host"), ""));
  };
  EXPECT_NE(signature(std::string(100, 'a')), signature(std::string(101, 'a')));
}

// What botocore 1.43 sends for the same requests.
class RequestWriterTest : public testing::Test {
 protected:
  static constexpr Timestamp kAt20260228T235959Z{1'772'323'199'500};

  std::string write() {
    RequestWriter writer(settings_);
    writer.set_time(kAt20260228T235959Z);
    std::string bytes = "what was there before";
    writer.write(bytes, Request::kDescribeTable, R"({"TableName":"t"})");
    return bytes;
  }

  Settings settings_ = [] {
    Settings settings;
    settings.credentials = kExample;
    settings.region = "eu-west-1";
    settings.endpoint.authority = "dynamodb.eu-west-1.amazonaws.com";
    return settings;
  }();
};

TEST_F(RequestWriterTest, WritesARequestAsBotocoreSignsIt) {
  EXPECT_EQ(write(),
            "POST / HTTP/1.1\r\n"
            "Host: dynamodb.eu-west-1.amazonaws.com\r\n"
            "Content-Type: application/x-amz-json-1.0\r\n"
            "X-Amz-Target: DynamoDB_20120810.DescribeTable\r\n"
            "X-Amz-Date: 20260228T235959Z\r\n"
            "Authorization: AWS4-HMAC-SHA256 "
            "Credential=AKIDEXAMPLE/20260228/eu-west-1/dynamodb/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
            "Signature=e3382926f949de05b072a0bada04693a35b5a6c1fc7d5d126a2b27f31eec96fa\r\n"
            "Content-Length: 17\r\n\r\n"
            R"({"TableName":"t"})");
}

TEST_F(RequestWriterTest, SignsASessionTokenToo) {
  settings_.credentials.session_token = "tok/en+1==";
  settings_.endpoint.authority = "127.0.0.1:8000";
  const std::string bytes = write();
  EXPECT_NE(bytes.find("\r\nX-Amz-Security-Token: tok/en+1==\r\n"), std::string::npos);
  EXPECT_NE(
      bytes.find("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "
                 "Signature=876e6b5ca89aa463925965a2328514e4bc45eb12077fa1db19e8b411a038253d\r\n"),
      std::string::npos)
      << bytes;
}

TEST_F(RequestWriterTest, HasASignatureOfZerosWhereNoneIsWanted) {
  settings_.is_signed = false;
  EXPECT_NE(write().find("Signature=" + std::string(64, '0') + "\r\n"), std::string::npos);
}

}  // namespace
}  // namespace jedlik::bench
