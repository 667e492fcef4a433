#include "bench/answer_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace jedlik::bench {
namespace {

using State = AnswerReader::State;

// Gives the bytes to the reader, `step` at a time. Stops when it is no longer kPartial.
State feed(AnswerReader& reader, std::string_view bytes, size_t step) {
  State state = State::kPartial;
  while (!bytes.empty() && state == State::kPartial) {
    const auto space = reader.space();
    EXPECT_FALSE(space.empty());
    const size_t size = std::min({space.size(), bytes.size(), step});
    std::memcpy(space.data(), bytes.data(), size);
    bytes.remove_prefix(size);
    state = reader.received(size);
  }
  return state;
}

State feed(AnswerReader& reader, std::string_view bytes) {
  reader.reset();
  return feed(reader, bytes, bytes.size());
}

struct Case {
  const char* bytes;
  int status;
  const char* body;
  bool keeps_connection = true;
};

const Case kGood[] = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, "{}"},
    {"HTTP/1.1 200 OK\r\ncontent-length:  0 \r\nServer: x\r\n\r\n", 200, ""},
    {"HTTP/1.1 503\r\nContent-Length: 1\r\nConnection: Close\r\n\r\nx", 503, "x", false},
    {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", false},
    {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\nx", 200, "x"},
    {"HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0a;x=y\r\n0123456789\r\n"
     "0\r\n\r\n",
     400, "abc0123456789"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"
     "0\r\nTrailer: x\r\n\r\n",
     200, "a"},
};

TEST(AnswerReader, TakesInAnAnswerHoweverItsBytesCome) {
  AnswerReader reader;
  for (const Case& each : kGood) {
    SCOPED_TRACE(each.bytes);
    for (const size_t step : {1UL, 2UL, 7UL, 1000UL}) {
      reader.reset();
      ASSERT_EQ(feed(reader, each.bytes, step), State::kComplete) << step;
      EXPECT_EQ(reader.answer().status, each.status);
      EXPECT_EQ(reader.answer().body, each.body);
      EXPECT_EQ(reader.answer().keeps_connection, each.keeps_connection);
    }
  }
}

TEST(AnswerReader, TakesALargeBodyInEitherForm) {
  const std::string body(3'000'000, 'b');
  const std::string head = "HTTP/1.1 200 OK\r\n";
  AnswerReader reader;
  reader.reset();
  const std::string whole =
      head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  ASSERT_EQ(feed(reader, whole, 100'000), State::kComplete);
  EXPECT_EQ(reader.answer().body, body);

  std::string chunks = head + "Transfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 30; ++i)
    chunks += "186a0\r\n" + body.substr(0, 100'000) + "\r\n";
  chunks += "0\r\n\r\n";
  reader.reset();
  ASSERT_EQ(feed(reader, chunks, 70'000), State::kComplete);
  EXPECT_EQ(reader.answer().body, body);
}

TEST(AnswerReader, RefusesWhatIsNoAnswer) {
  AnswerReader reader;
  for (const std::string_view bytes : {
           "SSH-2.0-OpenSSH_9.2\r\n\r\n",
           "HTTP/2 200\r\n\r\n",
           "HTTP/1.1 20x OK\r\nContent-Length: 1\r\n\r\n",
           "HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n",
           "HTTP/1.1 200 OK\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length 1\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nx",
       }) {
    EXPECT_EQ(feed(reader, bytes), State::kMalformed) << bytes;
  }
}

TEST(AnswerReader, RefusesWhatIsLargerThanItsLimit) {
  AnswerReader reader;
  for (const std::string_view bytes : {
           "HTTP/1.1 200 OK\r\nContent-Length: 20971520\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1500000\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
       }) {
    EXPECT_EQ(feed(reader, bytes), State::kTooLarge) << bytes;
  }
  const std::string endless = "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x');
  reader.reset();
  EXPECT_EQ(feed(reader, endless, 10'000), State::kTooLarge);
}

}  // namespace
}  // namespace jedlik::bench
