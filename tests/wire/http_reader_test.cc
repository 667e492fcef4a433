#include "wire/http_reader.h"

#include <gtest/gtest.h>

#include <cstring>

#include "wire/content_coding.h"

namespace jedlik::wire {
namespace {

using State = HttpReader::State;

// One connection's reader with small limits, and what one gives it.
class HttpReaderTest : public testing::Test {
 protected:
  HttpReaderTest() {
    options_.max_header_bytes = 4096;
    options_.max_body_bytes = 20'000;
  }

  // Gives the bytes in pieces and goes as far as they allow.
  State give(std::string_view bytes, size_t piece = 1 << 20) {
    State state = reader_.advance();
    while (!bytes.empty() && state != State::kComplete && state != State::kRefused) {
      const auto space = reader_.space();
      EXPECT_FALSE(space.empty());
      const size_t size = std::min({space.size(), bytes.size(), piece});
      std::memcpy(space.data(), bytes.data(), size);
      reader_.received(size);
      bytes.remove_prefix(size);
      state = reader_.advance();
      if (state == State::kContinue) ++continues_;
    }
    rest_ = bytes;
    return state;
  }

  const HttpRequest& request() { return reader_.exchange().request; }

  HttpOptions options_;
  MemoryBudget budget_{1 << 20};
  ExchangePool pool_;
  HttpReader reader_{options_, budget_, pool_};
  std::string_view rest_;  // what was not taken
  int continues_ = 0;
};

TEST_F(HttpReaderTest, ReadsARequestWithABody) {
  ASSERT_EQ(give("POST /a?b=c HTTP/1.1\r\nHost: x\r\nX-Amz-Target:  T \r\nEmpty:\r\n"
                 "Content-Length: 2\r\n\r\n{}"),
            State::kComplete);
  EXPECT_EQ(request().method(), HttpRequest::Method::kPost);
  EXPECT_EQ(request().target(), "/a?b=c");
  EXPECT_EQ(request().header("x-amz-target"), "T");
  EXPECT_EQ(request().header("empty"), "");
  EXPECT_EQ(request().header("missing"), std::nullopt);
  EXPECT_EQ(request().body(), "{}");
  EXPECT_TRUE(reader_.keep_alive());
  EXPECT_FALSE(reader_.is_http_1_0());
}

TEST_F(HttpReaderTest, ReadsTheSameWhateverThePieces) {
  const std::string text =
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;ext=1\r\nabc\r\n0a\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";
  for (size_t piece = 1; piece < text.size(); ++piece) {
    ASSERT_EQ(give(text, piece), State::kComplete) << piece;
    ASSERT_EQ(request().body(), "abc0123456789") << piece;
    ASSERT_EQ(request().header("trailer"), std::nullopt);
    reader_.next();
  }
}

TEST_F(HttpReaderTest, ReadsPipelinedRequestsOneAfterAnother) {
  std::string text;
  for (int i = 0; i < 50; ++i) {
    const std::string body = "request " + std::to_string(i);
    text += "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  State state = give(text);
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(state, State::kComplete) << i;
    EXPECT_EQ(request().body(), "request " + std::to_string(i));
    reader_.next();
    state = give(rest_);
  }
  EXPECT_EQ(state, State::kIdle);
}

TEST_F(HttpReaderTest, SkipsLineEndsBetweenRequests) {
  ASSERT_EQ(give("\r\n\r\nGET / HTTP/1.1\r\n\r\n"), State::kComplete);
  EXPECT_EQ(request().method(), HttpRequest::Method::kGet);
}

TEST_F(HttpReaderTest, GrowsForALargeBodyAndGivesTheMemoryBack) {
  const std::string body(15'000, 'x');
  ASSERT_EQ(give("POST / HTTP/1.1\r\nContent-Length: 15000\r\n\r\n" + body), State::kComplete);
  EXPECT_EQ(request().body(), body);
  EXPECT_GT(budget_.used_bytes(), 0);
  EXPECT_LT(budget_.used_bytes(), 16'000) << "no more than the request takes";
  reader_.next();
  EXPECT_EQ(budget_.used_bytes(), 0);
}

TEST_F(HttpReaderTest, TakesMemoryOnlyForWhatHasArrived) {
  ASSERT_EQ(give("POST / HTTP/1.1\r\nContent-Length: 20000\r\n\r\n"), State::kBody);
  EXPECT_EQ(budget_.used_bytes(), 0);
}

TEST_F(HttpReaderTest, TellsWhenTheServerHoldsTooMuch) {
  MemoryBudget small(5000);
  HttpReader reader(options_, small, pool_);
  const std::string text = "POST / HTTP/1.1\r\nContent-Length: 20000\r\n\r\n";
  std::span<char> space = reader.space();
  std::memcpy(space.data(), text.data(), text.size());
  reader.received(text.size());
  while (!space.empty()) {
    ASSERT_EQ(reader.advance(), State::kBody);
    space = reader.space();
    reader.received(space.size());
  }
  EXPECT_EQ(small.used_bytes(), 0) << "a growth that is refused takes nothing";
}

TEST_F(HttpReaderTest, AsksForTheBodyWhenTheClientWaits) {
  const std::string head = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  ASSERT_EQ(give(head), State::kContinue);
  ASSERT_EQ(reader_.advance(), State::kBody) << "it is asked for once";
  ASSERT_EQ(give("{}"), State::kComplete);
  reader_.next();
  continues_ = 0;
  ASSERT_EQ(give(head + "{}"), State::kComplete);
  EXPECT_EQ(continues_, 0) << "the body was there already";
}

TEST_F(HttpReaderTest, KeepsTheConnectionAsTheClientWants) {
  struct Case {
    const char* head;
    bool keep_alive;
  };
  for (const Case& c :
       std::initializer_list<Case>{{"GET / HTTP/1.1\r\n\r\n", true},
                                   {"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", false},
                                   {"GET / HTTP/1.0\r\n\r\n", false},
                                   {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true}}) {
    ASSERT_EQ(give(c.head), State::kComplete) << c.head;
    EXPECT_EQ(reader_.keep_alive(), c.keep_alive) << c.head;
    reader_.next();
  }
}

struct RefusedCase {
  const char* name;
  std::string bytes;
  HttpRefusal why;
};

TEST_F(HttpReaderTest, RefusesWhatIsNotHttpOrTooLarge) {
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
  const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
  const RefusedCase cases[] = {
      {"TLS", "\x16\x03\x01\x02", HttpRefusal::kMalformed},
      {"no method", " / HTTP/1.1\r\n\r\n", HttpRefusal::kMalformed},
      {"bad version", "GET / HTTP/9.9\r\n\r\n", HttpRefusal::kMalformed},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", HttpRefusal::kMalformed},
      {"bad header", post + "Bad Name: x\r\n\r\n", HttpRefusal::kMalformed},
      {"folded header", post + "A: b\r\n c\r\n\r\n", HttpRefusal::kMalformed},
      {"negative length", post + "Content-Length: -1\r\n\r\n", HttpRefusal::kMalformed},
      {"two lengths", post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
       HttpRefusal::kMalformed},
      {"huge length", post + "Content-Length: 99999999999999999999\r\n\r\n",
       HttpRefusal::kMalformed},
      {"length and chunks", post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
       HttpRefusal::kMalformed},
      {"other coding", post + "Transfer-Encoding: gzip\r\n\r\n", HttpRefusal::kMalformed},
      {"coding before chunks", post + "Transfer-Encoding: gzip, chunked\r\n\r\n",
       HttpRefusal::kMalformed},
      {"bad chunk", chunked + "zz\r\n", HttpRefusal::kMalformed},
      {"chunk without end", chunked + "1\r\nabcd\r\n", HttpRefusal::kMalformed},
      {"long header", post + "A: " + std::string(5000, 'x') + "\r\n\r\n",
       HttpRefusal::kHeaderTooLarge},
      {"header without end", std::string(5000, 'G'), HttpRefusal::kHeaderTooLarge},
      {"chunk line without end", chunked + "1;" + std::string(5000, 'x'),
       HttpRefusal::kHeaderTooLarge},
      {"long body", post + "Content-Length: 20001\r\n\r\n", HttpRefusal::kBodyTooLarge},
      {"long body, awaited", post + "Expect: 100-continue\r\nContent-Length: 20001\r\n\r\n",
       HttpRefusal::kBodyTooLarge},
      {"long chunk", chunked + "4e21\r\n", HttpRefusal::kBodyTooLarge},
      {"many chunks", chunked + "4e20\r\n" + std::string(20'000, 'x') + "\r\n1\r\n",
       HttpRefusal::kBodyTooLarge},
      {"unknown encoding", post + "Content-Encoding: br\r\nContent-Length: 1\r\n\r\nx",
       HttpRefusal::kUnknownEncoding},
      {"damaged gzip", post + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
       HttpRefusal::kBadEncoding},
  };
  for (const RefusedCase& c : cases) {
    for (const size_t piece : {size_t{1} << 20, size_t{7}}) {
      HttpReader reader(options_, budget_, pool_);
      std::string_view bytes = c.bytes;
      State state = reader.advance();
      while (!bytes.empty() && state != State::kRefused) {
        ASSERT_NE(state, State::kComplete) << c.name;
        const auto space = reader.space();
        const size_t size = std::min({space.size(), bytes.size(), piece});
        std::memcpy(space.data(), bytes.data(), size);
        reader.received(size);
        bytes.remove_prefix(size);
        state = reader.advance();
      }
      ASSERT_EQ(state, State::kRefused) << c.name;
      EXPECT_EQ(reader.refusal(), c.why) << c.name;
      EXPECT_FALSE(reader.keep_alive());
    }
  }
}

TEST_F(HttpReaderTest, UnfoldsCompressedBodiesWithinTheLimit) {
  Compressor compressor;
  std::string body;
  compressor.compress(ContentCoding::kGzip, std::string(20'000, ' '), body);
  const auto head = [](const std::string& content) {
    return "POST / HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: " +
           std::to_string(content.size()) + "\r\n\r\n";
  };
  ASSERT_EQ(give(head(body) + body), State::kComplete);
  EXPECT_EQ(request().body(), std::string(20'000, ' '));
  reader_.next();
  EXPECT_EQ(budget_.used_bytes(), 0);
  compressor.compress(ContentCoding::kGzip, std::string(20'001, ' '), body);
  ASSERT_EQ(give(head(body) + body), State::kRefused);
  EXPECT_EQ(reader_.refusal(), HttpRefusal::kBodyTooLarge);
}

TEST_F(HttpReaderTest, BytesAfterTheBodyMayBeRead) {
  // simdjson does; the sanitizers tell if they are not there.
  for (const size_t size : {0, 1, 2900, 3000, 3040, 5000, 20'000}) {
    ASSERT_EQ(give("POST / HTTP/1.1\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
                   std::string(size, 'x')),
              State::kComplete);
    const char* end = request().body().data() + size;
    unsigned sum = 0;
    for (size_t i = 0; i < InputBuffer::kPadding; ++i)
      sum += static_cast<unsigned char>(end[i]);
    EXPECT_LE(sum, InputBuffer::kPadding * 255);
    reader_.next();
  }
}

}  // namespace
}  // namespace jedlik::wire
