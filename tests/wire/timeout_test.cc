#include <gtest/gtest.h>

#include "tests/wire/test_server.h"

namespace jedlik::wire {
namespace {

using std::chrono::milliseconds;
using test::call_text;
using test::Headers;
using test::request_text;
using test::signed_headers;
using test::TestClient;
using test::TestServer;

constexpr milliseconds kMoment{1};

// Lets time pass in steps of `step` until the server closes or answers, at most `most` of it. Gives
// the time that passed: a step more or less, as the server may not have seen yet what was sent.
milliseconds time_until_news(TestServer& server, const TestClient& client, milliseconds step,
                             milliseconds most) {
  milliseconds passed{0};
  while (passed < most && !client.has_news()) {
    server.pass(step);
    passed += step;
  }
  return passed;
}

class Timeout : public testing::Test {
 protected:
  // A connection whose first request was answered, so that the server surely knows it.
  std::unique_ptr<TestClient> known_client(int receive_buffer_bytes = 0) {
    auto client = std::make_unique<TestClient>(server_.port(), receive_buffer_bytes);
    EXPECT_TRUE(client->send(call_text("Echo", "{}")));
    EXPECT_TRUE(client->receive());
    return client;
  }

  HttpOptions options_;
  TestServer server_;
};

TEST_F(Timeout, AnIdleConnectionIsClosed) {
  const auto client = known_client();
  server_.pass(options_.idle_timeout - kMoment);
  EXPECT_FALSE(client->has_news());
  server_.pass(options_.idle_timeout);
  EXPECT_TRUE(client->receives_end());
}

TEST_F(Timeout, ARequestStartsTheTimeAnew) {
  const auto client = known_client();
  for (int i = 0; i < 5; ++i) {
    server_.pass(options_.idle_timeout - kMoment);
    ASSERT_TRUE(client->send(call_text("Echo", "{}")));
    ASSERT_TRUE(client->receive());
  }
}

TEST_F(Timeout, AHeaderHasToBeWholeInTimeHoweverItDrips) {
  const auto client = known_client();
  milliseconds passed{0};
  std::string text = "POST / HTTP/1.1\r\n";
  while (!client->has_news() && passed < options_.header_timeout * 4) {
    ASSERT_TRUE(client->send(text));
    text = "X: y\r\n";
    server_.pass(options_.header_timeout / 10);
    passed += options_.header_timeout / 10;
  }
  EXPECT_TRUE(client->receives_end());
  EXPECT_LT(passed, options_.header_timeout * 2);
}

TEST_F(Timeout, ABodyHasToMoveOn) {
  const auto client = known_client();
  Headers headers = signed_headers("Echo");
  headers.emplace_back("Content-Length", "1000000");
  ASSERT_TRUE(client->send(request_text("POST /", headers, "{")));
  EXPECT_LT(time_until_news(server_, *client, options_.body_timeout / 4, options_.body_timeout * 4),
            options_.body_timeout * 3);
  EXPECT_TRUE(client->receives_end());
}

TEST_F(Timeout, ABodyThatDripsIsCutOff) {
  const auto client = known_client();
  Headers headers = signed_headers("Echo");
  headers.emplace_back("Content-Length", "1000000");
  ASSERT_TRUE(client->send(request_text("POST /", headers, "{")));
  milliseconds passed{0};
  const milliseconds step = options_.body_timeout / 10;
  while (!client->has_news() && passed < options_.body_timeout * 4) {
    ASSERT_TRUE(client->send(" "));
    server_.pass(step);
    passed += step;
  }
  EXPECT_TRUE(client->receives_end());
}

TEST_F(Timeout, ABodyThatMovesOnMayTakeLong) {
  const auto client = known_client();
  Headers headers = signed_headers("Echo");
  const std::string end = "{}";
  const size_t first = size_t{16} << 10;
  const size_t last = size_t{4} << 20;
  headers.emplace_back("Content-Length", std::to_string(2 * last - first + end.size()));
  ASSERT_TRUE(client->send(request_text("POST /", headers, "")));
  size_t sent = 0;
  // Each piece is as long as all before, so the server's buffer tells when much of it was read.
  for (size_t size = first; size <= last; size *= 2) {
    ASSERT_TRUE(client->send(std::string(size, ' ')));
    sent += size;
    while (server_.http().buffered_bytes() < sent)
      std::this_thread::yield();
    server_.pass(options_.body_timeout / 2);
    ASSERT_FALSE(client->has_news()) << size;
  }
  ASSERT_TRUE(client->send(end));
  EXPECT_EQ(client->receive()->body, "{}");
}

TEST_F(Timeout, AClientThatDoesNotReadIsCutOff) {
  const auto client = known_client(4096);
  const std::string item = R"({"a":{"S":")" + std::string(12 << 20, 'x') + R"("}})";
  ASSERT_TRUE(client->send(call_text("PutItem", R"({"TableName":"t","Item":)" + item + "}")));
  ASSERT_TRUE(client->receive());
  ASSERT_TRUE(client->send(call_text("GetItem", "{}")));
  milliseconds passed{0};
  while (server_.http().connections() > 0 && passed < options_.write_timeout * 20) {
    server_.pass(options_.write_timeout / 4);
    passed += options_.write_timeout / 4;
  }
  EXPECT_EQ(server_.http().connections(), 0);
  EXPECT_EQ(server_.http().buffered_bytes(), 0);
}

TEST_F(Timeout, ARefusedClientMaySendOnForAShortTimeOnly) {
  TestClient client(server_.port());
  ASSERT_TRUE(client.send("POST / HTTP/9.9\r\n\r\n"));
  ASSERT_EQ(client.receive()->status, 400);
  milliseconds passed{0};
  while (server_.http().connections() > 0 && passed < options_.linger_timeout * 4) {
    client.send("more");
    server_.pass(options_.linger_timeout / 4);
    passed += options_.linger_timeout / 4;
  }
  EXPECT_EQ(server_.http().connections(), 0);
}

TEST_F(Timeout, ARequestThatIsServedMayTakeAnyTime) {
  const auto client = known_client();
  ASSERT_TRUE(client->send(call_text("Sleep", "{}")));
  server_.context().sleepers.wait_for(1);
  for (int i = 0; i < 10; ++i)
    server_.pass(options_.idle_timeout);
  EXPECT_FALSE(client->has_news());
  server_.context().sleepers.wake_all();
  EXPECT_EQ(client->receive()->status, 200);
}

}  // namespace
}  // namespace jedlik::wire
