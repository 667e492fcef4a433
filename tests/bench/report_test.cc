#include "bench/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "bench/endpoint.h"
#include "bench/mixes.h"
#include "bench/number_text.h"
#include "bench/progress.h"

namespace jedlik::bench {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class ReportTest : public testing::Test {
 protected:
  ReportTest() {
    settings_.mix = *find_mix("a");
    settings_.distribution = Distribution::kZipfian;
    settings_.endpoint = *parse_endpoint("http://127.0.0.1:8000");
    settings_.items.table = "jedlik-bench";
    settings_.duration = seconds(10);
    settings_.warm_up = seconds(2);
    settings_.seed = 7;
    for (int i = 0; i < 20'000; ++i)
      results_.of(Operation::kGet).latencies.record(microseconds(500));
    for (int i = 0; i < 1'000; ++i)
      results_.of(Operation::kUpdate).latencies.record(milliseconds(2));
    results_.of(Operation::kUpdate).latencies.record(milliseconds(1234));
  }

  void add_errors() {
    for (int i = 0; i < 3; ++i) {
      ++results_.of(Operation::kUpdate).errors;
      results_.add_error({"ThrottlingException", i == 0 ? "Say \"slow\"\n" : "later"});
    }
    results_.add_error({"HTTP 502", ""});
    results_.never_begun = 1500;
  }

  std::string table() { return report_table({settings_, results_, seconds(10)}); }

  Settings settings_;
  Results results_;
};

TEST_F(ReportTest, TheTableHasALineForEachOperationAndOneForAll) {
  EXPECT_EQ(table(),
            "a on http://127.0.0.1:8000, table jedlik-bench: 10,000 items of 1,000 bytes\n"
            "32 connections, 1 thread, closed loop, 10 s after 2 s of warm-up\n"
            "\n"
            "ms       count  per s   mean    p50    p90    p99  p99.9    max  errors\n"
            "get     20,000  2,000  0.500  0.500  0.500  0.500  0.500  0.500       0\n"
            "update   1,001    100   3.23   2.00   2.00   2.00   2.00  1,234       0\n"
            "all     21,001  2,100  0.630  0.500  0.500   2.00   2.00  1,234       0\n");
}

TEST_F(ReportTest, TheTableSaysOfAnOperationAloneOnce) {
  settings_.mix = *find_mix("get");
  EXPECT_THAT(table(), Not(HasSubstr("\nall ")));
}

TEST_F(ReportTest, TheTableTellsOfErrorsAndOfARateThatWasTooHigh) {
  settings_.rate = 2500;
  add_errors();
  EXPECT_THAT(table(), HasSubstr("open loop at 2500/s"));
  EXPECT_THAT(table(), HasSubstr("1,500 operations were due and found no free connection"));
  EXPECT_THAT(table(), HasSubstr("  1 x HTTP 502\n"));
  EXPECT_THAT(table(), HasSubstr("  3 x ThrottlingException: Say \"slow\"\n"));
}

TEST_F(ReportTest, TheJsonHasWhatTheTableHasAndTheSettings) {
  add_errors();
  const std::string json = report_json({settings_, results_, seconds(10)});
  simdjson::dom::parser parser;
  simdjson::dom::element report;
  ASSERT_EQ(parser.parse(json).get(report), simdjson::SUCCESS) << json;
  EXPECT_EQ(std::string_view(report["settings"]["workload"]), "a");
  EXPECT_EQ(std::string_view(report["settings"]["distribution"]), "zipfian");
  EXPECT_EQ(uint64_t(report["settings"]["seed"]), 7U);
  EXPECT_TRUE(report["settings"]["rate_per_s"].is_null());
  EXPECT_EQ(double(report["elapsed_s"]), 10);
  EXPECT_EQ(uint64_t(report["operations"]["update"]["count"]), 1001U);
  EXPECT_EQ(uint64_t(report["operations"]["update"]["errors"]), 3U);
  EXPECT_EQ(double(report["operations"]["get"]["per_second"]), 2000);
  EXPECT_NEAR(double(report["operations"]["get"]["latency_ms"]["p99.9"]), 0.5, 0.0005);
  EXPECT_EQ(double(report["operations"]["update"]["latency_ms"]["max"]), 1234);
  EXPECT_EQ(uint64_t(report["all"]["count"]), 21'001U);
  EXPECT_EQ(uint64_t(report["all"]["errors"]), 4U);
  EXPECT_EQ(uint64_t(report["never_begun"]), 1500U);
  EXPECT_EQ(std::string_view(report["errors"].at(1)["type"]), "ThrottlingException");
  EXPECT_EQ(std::string_view(report["errors"].at(1)["first_message"]), "Say \"slow\"\n");
}

TEST_F(ReportTest, TheProgressLineSaysHowItGoes) {
  EXPECT_EQ(progress_text(settings_, results_, milliseconds(1500), 0), "1 of 12 s  warming up");
  EXPECT_EQ(progress_text(settings_, Results(), milliseconds(2010), 0), "2 of 12 s  measuring");
  EXPECT_EQ(progress_text(settings_, results_, milliseconds(4010), 19'000),
            "4 of 12 s  2,001/s  p50 0.500 ms  p99 2.00 ms  0 errors");
}

TEST(Results, MergeKeepsTheFirstMessageOfEachError) {
  Results all;
  Results one;
  one.add_error({"A", "first"});
  all.merge(one);
  Results two;
  two.add_error({"A", "second"});
  two.add_error({"B", "other"});
  two.never_begun = 2;
  two.of(Operation::kGet).latencies.record(seconds(1));
  all.merge(two);
  two.clear();
  EXPECT_EQ(two.failed() + two.succeeded() + two.never_begun, 0U);
  EXPECT_EQ(all.failed(), 3U);
  EXPECT_EQ(all.succeeded(), 1U);
  EXPECT_EQ(all.never_begun, 2U);
  EXPECT_EQ(all.errors.at("A").first_message, "first");
}

TEST(NumberText, IsShortAndExactEnough) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1000), "1,000");
  EXPECT_EQ(with_commas(1'234'567), "1,234,567");
  EXPECT_EQ(milliseconds_text(nanoseconds(70'600)), "0.071");
  EXPECT_EQ(milliseconds_text(nanoseconds(999'600)), "1.00");
  EXPECT_EQ(milliseconds_text(microseconds(9'996)), "10.0");
  EXPECT_EQ(milliseconds_text(microseconds(99'960)), "100");
  EXPECT_EQ(milliseconds_text(seconds(12)), "12,000");
}

TEST(Endpoint, IsAUrlWithoutAPath) {
  struct Case {
    const char* url;
    const char* host;
    uint16_t port;
    bool is_tls;
    const char* authority;
  };
  for (const Case& each : {
           Case{"http://127.0.0.1:8000", "127.0.0.1", 8000, false, "127.0.0.1:8000"},
           Case{"http://localhost/", "localhost", 80, false, "localhost"},
           Case{"http://[::1]:8000", "::1", 8000, false, "[::1]:8000"},
           Case{"http://[::1]", "::1", 80, false, "[::1]"},
           Case{"https://dynamodb.eu-west-1.amazonaws.com", "dynamodb.eu-west-1.amazonaws.com", 443,
                true, "dynamodb.eu-west-1.amazonaws.com"},
       }) {
    const auto endpoint = parse_endpoint(each.url);
    ASSERT_TRUE(endpoint) << each.url;
    EXPECT_EQ(endpoint->host, each.host);
    EXPECT_EQ(endpoint->port, each.port);
    EXPECT_EQ(endpoint->is_tls, each.is_tls);
    EXPECT_EQ(endpoint->authority, each.authority);
  }
  for (const char* url :
       {"", "localhost:8000", "ftp://x", "http://", "http://x:0", "http://x:65536",
        "http://x:", "http://x/path", "http://x y", "http://x\r\nA: b"}) {
    const auto endpoint = parse_endpoint(url);
    ASSERT_FALSE(endpoint) << url;
    EXPECT_THAT(endpoint.error(), HasSubstr("write http://HOST:PORT"));
  }
}

TEST(Endpoint, OfAwsNamesItsRegion) {
  const auto region = [](const char* url) { return region_of(*parse_endpoint(url)); };
  EXPECT_EQ(region("https://dynamodb.eu-west-1.amazonaws.com"), "eu-west-1");
  EXPECT_EQ(region("https://123.ddb.us-east-2.amazonaws.com"), "us-east-2");
  EXPECT_EQ(region("http://localhost"), "");
}

}  // namespace
}  // namespace jedlik::bench
