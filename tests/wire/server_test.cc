#include "wire/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/wire/test_server.h"
#include "wire/content_coding.h"

namespace jedlik::wire {
namespace {

using test::call_text;
using test::Headers;
using test::post_text;
using test::request_text;
using test::signed_headers;
using test::TestClient;
using test::TestServer;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Server, AnswersOneRequestAfterAnother) {
  TestServer server;
  TestClient client(server.port());
  for (int i = 0; i < 10; ++i) {
    const std::string body = R"({"Units":)" + std::to_string(i) + "}";
    ASSERT_TRUE(client.send(call_text("Echo", body)));
    const auto answer = client.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, body);
    EXPECT_THAT(answer->head, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer->head, HasSubstr("\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\n"));
    EXPECT_THAT(answer->head, Not(HasSubstr("Connection:")));
  }
  EXPECT_EQ(server.http().connections(), 1);
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  TestServer server;
  TestClient client(server.port());
  std::string text;
  for (int i = 0; i < 300; ++i)
    text += call_text("Echo", R"({"Units":)" + std::to_string(i) + "}");
  ASSERT_TRUE(client.send(text));
  for (int i = 0; i < 300; ++i) {
    const auto answer = client.receive();
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->body, R"({"Units":)" + std::to_string(i) + "}");
  }
}

TEST(Server, ReadsARequestByteByByte) {
  TestServer server;
  TestClient client(server.port());
  const std::string text = call_text("Echo", "{}");
  for (const char& byte : text)
    ASSERT_TRUE(client.send({&byte, 1}));
  EXPECT_EQ(client.receive()->body, "{}");
}

TEST(Server, ServesOthersWhileARequestWaits) {
  TestServer server;
  TestClient waiting(server.port());
  ASSERT_TRUE(waiting.send(call_text("Sleep", "{}")));
  server.context().sleepers.wait_for(1);
  TestClient other(server.port());
  ASSERT_TRUE(other.send(call_text("Echo", "{}")));
  EXPECT_EQ(other.receive()->status, 200);
  EXPECT_FALSE(waiting.has_news());
  server.context().sleepers.wake_all();
  EXPECT_EQ(waiting.receive()->status, 200);
}

TEST(Server, ManyClientsOnSeveralThreads) {
  TestServer server({}, 3);
  std::vector<std::future<int>> results;
  for (int client_number = 0; client_number < 16; ++client_number) {
    results.push_back(std::async(std::launch::async, [&server, client_number] {
      TestClient client(server.port());
      int good = 0;
      for (int i = 0; i < 200; ++i) {
        const std::string body = R"({"Units":)" + std::to_string(client_number * 1000 + i) + "}";
        client.send(call_text("Echo", body));
        const auto answer = client.receive();
        if (answer && answer->body == body) ++good;
      }
      return good;
    }));
  }
  for (auto& result : results)
    EXPECT_EQ(result.get(), 200);
}

TEST(Server, ClosesWhenTheClientWantsThat) {
  TestServer server;
  Headers headers = signed_headers("Echo");
  headers.emplace_back("Connection", "close");
  TestClient client(server.port());
  ASSERT_TRUE(client.send(post_text(headers, "{}")));
  EXPECT_THAT(client.receive()->head, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_TRUE(client.receives_end());
}

TEST(Server, SpeaksHttp10) {
  TestServer server;
  TestClient closing(server.port());
  ASSERT_TRUE(closing.send("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(closing.receive()->status, 200);
  EXPECT_TRUE(closing.receives_end());
  TestClient staying(server.port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(staying.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    EXPECT_THAT(staying.receive()->head, HasSubstr("\r\nConnection: keep-alive\r\n"));
  }
}

TEST(Server, AnswersAClientThatHasClosedItsSide) {
  TestServer server;
  TestClient client(server.port());
  ASSERT_TRUE(client.send(call_text("Echo", "{}") + call_text("Echo", R"({"Limit":2})")));
  client.end();
  EXPECT_EQ(client.receive()->body, "{}");
  EXPECT_EQ(client.receive()->body, R"({"Limit":2})");
  EXPECT_TRUE(client.receives_end());
}

TEST(Server, AsksForABodyThatTheClientKeepsBack) {
  TestServer server;
  Headers headers = signed_headers("Echo");
  headers.emplace_back("Expect", "100-continue");
  headers.emplace_back("Content-Length", "2");
  TestClient client(server.port());
  ASSERT_TRUE(client.send(request_text("POST /", headers, "")));
  EXPECT_EQ(client.receive()->status, 100);
  ASSERT_TRUE(client.send("{}"));
  EXPECT_EQ(client.receive()->status, 200);
}

TEST(Server, RefusesABodyThatIsTooLong) {
  TestServer server;
  Headers headers = signed_headers("Echo");
  headers.emplace_back("Expect", "100-continue");
  headers.emplace_back("Content-Length", std::to_string(limits::kRequestBytes + 1));
  TestClient client(server.port());
  ASSERT_TRUE(client.send(request_text("POST /", headers, "")));
  const auto answer = client.receive();
  EXPECT_EQ(answer->status, 413);
  EXPECT_THAT(answer->head, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(answer->head, HasSubstr("\r\nx-amzn-RequestId: "));
  EXPECT_TRUE(client.receives_end());
}

TEST(Server, ARefusedClientThatStillSendsSeesItsAnswer) {
  TestServer server;
  Headers headers = signed_headers("Echo");
  headers.emplace_back("Transfer-Encoding", "chunked");
  TestClient client(server.port());
  ASSERT_TRUE(client.send(request_text("POST /", headers, "")));
  const std::string chunk = "100000\r\n" + std::string(1 << 20, ' ') + "\r\n";
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(client.send(chunk)) << i;
  EXPECT_EQ(client.receive()->status, 413);
  EXPECT_EQ(server.http().buffered_bytes(), 0);
}

TEST(Server, ReadsChunksAndCompressedBodies) {
  TestServer server;
  TestClient client(server.port());
  Headers headers = signed_headers("Echo");
  headers.emplace_back("Transfer-Encoding", "chunked");
  ASSERT_TRUE(
      client.send(request_text("POST /", headers, "3\r\n{\"L\r\n8\r\nimit\":1}\r\n0\r\n\r\n")));
  EXPECT_EQ(client.receive()->body, R"({"Limit":1})");
  Compressor compressor;
  std::string body;
  compressor.compress(ContentCoding::kGzip, R"({"Limit":2})", body);
  headers.back() = {"Content-Encoding", "gzip"};
  ASSERT_TRUE(client.send(post_text(headers, body)));
  EXPECT_EQ(client.receive()->body, R"({"Limit":2})");
}

TEST(Server, ABombDoesNotUnfold) {
  TestServer server;
  Compressor compressor;
  std::string bomb;
  compressor.compress(ContentCoding::kGzip, std::string(200 << 20, ' '), bomb);
  Headers headers = signed_headers("Echo");
  headers.emplace_back("Content-Encoding", "gzip");
  TestClient client(server.port());
  ASSERT_TRUE(client.send(post_text(headers, bomb)));
  EXPECT_EQ(client.receive()->status, 413);
  EXPECT_TRUE(client.receives_end());
  EXPECT_EQ(server.http().buffered_bytes(), 0);
}

TEST(Server, SendsLargeAnswersAndGivesMemoryBack) {
  TestServer server;
  TestClient client(server.port());
  const std::string item = R"({"a":{"S":")" + std::string(5 << 20, 'x') + R"("}})";
  ASSERT_TRUE(client.send(call_text("PutItem", R"({"TableName":"t","Item":)" + item + "}")));
  ASSERT_EQ(client.receive()->status, 200);
  ASSERT_TRUE(client.send(call_text("GetItem", "{}")));
  EXPECT_EQ(client.receive()->body, R"({"Item":)" + item + "}");
  ASSERT_TRUE(client.send(call_text("Echo", "{}")));
  EXPECT_EQ(client.receive()->body, "{}");
  EXPECT_EQ(server.http().buffered_bytes(), 0);
}

TEST(Server, SurvivesClientsThatGoAway) {
  TestServer server;
  for (int i = 0; i < 30; ++i) {
    TestClient in_head(server.port());
    in_head.send("POST / HTTP/1.1\r\nHost");
    TestClient in_body(server.port());
    in_body.send(call_text("Echo", "{}").substr(0, 250));
    TestClient before_answers(server.port());
    for (int k = 0; k < 20; ++k)
      before_answers.send(call_text("Echo", "{}"));
    TestClient asleep(server.port());
    asleep.send(call_text("Sleep", "{}"));
  }
  server.context().sleepers.wait_for(30);
  server.context().sleepers.wake_all();
  TestClient client(server.port());
  ASSERT_TRUE(client.send(call_text("Echo", "{}")));
  EXPECT_EQ(client.receive()->status, 200);
}

TEST(Server, ClosesWhatIsNotHttp) {
  TestServer server;
  for (const std::string& bytes :
       {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), std::string(1000, '\0'),
        std::string("\r\n\r\n \r\n\r\n"), std::string("POST / HTTP/9.9\r\n\r\n")}) {
    TestClient client(server.port());
    client.send(bytes);
    const auto answer = client.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 400);
    client.end();
    EXPECT_TRUE(client.receives_end());
  }
}

TEST(Server, TakesNoMoreConnectionsThanItMay) {
  HttpOptions options;
  options.max_connections = 3;
  TestServer server(options);
  const auto serves = [](TestClient& client) {
    return client.send(call_text("Echo", "{}")) && client.receive().has_value();
  };
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<TestClient>(server.port()));
    EXPECT_TRUE(serves(*clients.back()));
  }
  TestClient refused(server.port());
  EXPECT_TRUE(refused.receives_end());
  clients.pop_back();
  while (server.http().connections() == 3)
    std::this_thread::yield();
  TestClient taken(server.port());
  EXPECT_TRUE(serves(taken));
}

TEST(Server, HoldsNoMoreBytesThanItMay) {
  HttpOptions options;
  options.max_buffered_bytes = 1 << 20;
  TestServer server(options);
  Headers headers = signed_headers("Echo");
  headers.emplace_back("Content-Length", std::to_string(3 << 20));
  TestClient client(server.port());
  ASSERT_TRUE(client.send(request_text("POST /", headers, "")));
  client.send(std::string(3 << 20, ' '));
  EXPECT_EQ(client.receive()->status, 503);
  EXPECT_LE(server.http().buffered_bytes(), options.max_buffered_bytes);
  client.end();
  EXPECT_TRUE(client.receives_end());
  TestClient other(server.port());
  ASSERT_TRUE(other.send(call_text("Echo", "{}")));
  EXPECT_EQ(other.receive()->status, 200);
}

TEST(Server, RefusesAPortThatIsTaken) {
  for (const size_t threads : {1, 2}) {
    TestServer first({}, threads);
    ServerOptions options;
    options.port = first.port();
    options.threads = threads;
    const SystemClock clock;
    test::TestContext context;
    const OperationTable operations = test::test_operations(context);
    Server second(options, clock);
    const auto started = second.start(operations);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error(), "cannot listen on 127.0.0.1:" + std::to_string(first.port()) +
                                   ": another program does so already");
  }
}

TEST(Server, RefusesAHostThatIsNoAddress) {
  ServerOptions options;
  options.host = "nowhere";
  const SystemClock clock;
  test::TestContext context;
  const OperationTable operations = test::test_operations(context);
  Server server(options, clock);
  EXPECT_EQ(server.start(operations).error(),
            "cannot listen on nowhere:8000: nowhere is not an IP address");
}

TEST(Server, StopsOnceWhatIsInFlightIsAnswered) {
  TestServer server({}, 2);
  TestClient idle(server.port());
  ASSERT_TRUE(idle.send(call_text("Echo", "{}")));
  ASSERT_TRUE(idle.receive());
  TestClient busy(server.port());
  ASSERT_TRUE(busy.send(call_text("Sleep", "{}")));
  server.context().sleepers.wait_for(1);
  server.server().stop();
  EXPECT_TRUE(idle.receives_end()) << "a connection without a request is closed at once";
  EXPECT_FALSE(busy.has_news());
  server.context().sleepers.wake_all();
  const auto answer = busy.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_THAT(answer->head, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_TRUE(busy.receives_end());
  server.thread().join();
  EXPECT_FALSE(TestClient(server.port()).connected());
}

TEST(Server, StopsWithoutRequestsThatDoNotEnd) {
  HttpOptions options;
  TestServer server(options, 1);
  TestClient stuck(server.port());
  ASSERT_TRUE(stuck.send(call_text("Sleep", "{}")));
  server.context().sleepers.wait_for(1);
  TestClient slow(server.port());
  ASSERT_TRUE(slow.send("POST / HTTP/1.1\r\nHost"));
  server.server().stop();
  server.http().sweep();
  server.pass(options.drain_timeout);
  server.thread().join();
  EXPECT_TRUE(stuck.receives_end());
  EXPECT_TRUE(slow.receives_end());
}

}  // namespace
}  // namespace jedlik::wire
