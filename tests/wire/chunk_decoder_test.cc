#include "wire/chunk_decoder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace jedlik::wire {
namespace {

using State = ChunkDecoder::State;

struct Decoded {
  State state;
  std::string body;
  std::string rest;
};

// As a reader does it: in place, `piece` bytes at a time; what was not taken stays.
Decoded decode(const std::string& sent, size_t piece) {
  ChunkDecoder decoder(100, 40);
  Decoded decoded{State::kMore, "", ""};
  std::string buffer;
  size_t body_bytes = 0;
  for (size_t at = 0; at < sent.size() && decoded.state == State::kMore; at += piece) {
    buffer += sent.substr(at, piece);
    decoded.state =
        decoder.decode(std::string_view(buffer).substr(body_bytes), &buffer[body_bytes]);
    buffer.erase(body_bytes + decoder.written(), decoder.taken() - decoder.written());
    body_bytes += decoder.written();
  }
  decoded.body = buffer.substr(0, body_bytes);
  decoded.rest = buffer.substr(body_bytes);
  return decoded;
}

struct Case {
  std::string sent;
  State state;
  std::string body;
};

TEST(ChunkDecoder, DecodesWhateverThePieces) {
  const std::string long_line(41, 'x');
  const std::vector<Case> cases = {
      {"0\r\n\r\n", State::kDone, ""},
      {"000\r\n\r\n", State::kDone, ""},
      {"3\r\nabc\r\n0\r\n\r\n", State::kDone, "abc"},
      {"3;a=b;c=\"d e\"\r\nabc\r\nA\r\n0123456789\r\na \t; x\r\n0123456789\r\n0\r\n\r\n",
       State::kDone, "abc01234567890123456789"},
      {"2\r\n\r\n\r\n0\r\n\r\n", State::kDone, "\r\n"},
      {"1\r\nx\r\n0;last\r\nDigest: 1\r\nEmpty:\r\n\r\n", State::kDone, "x"},
      {"64\r\n" + std::string(100, 'x') + "\r\n0\r\n\r\n", State::kDone, std::string(100, 'x')},
      {"0\r\n", State::kMore, ""},
      {"3\r\nab", State::kMore, "ab"},
      {"3\r\nabc\r", State::kMore, "abc"},
      {"\r\n", State::kMalformed, ""},
      {"zz\r\n", State::kMalformed, ""},
      {"-1\r\n", State::kMalformed, ""},
      {"0x1\r\n", State::kMalformed, ""},
      {" 1\r\n", State::kMalformed, ""},
      {"1 2\r\n", State::kMalformed, ""},
      {"1;a\nb\r\n", State::kMalformed, ""},
      {"1\r\nxy\r\n", State::kMalformed, "x"},
      {"1\r\nx\n", State::kMalformed, "x"},
      {"0\r\n{\r\n0;a=b\r\n}\r\n0\r\n\r\n", State::kMalformed, ""},
      {"0\r\n: x\r\n\r\n", State::kMalformed, ""},
      {"0\r\na b: x\r\n\r\n", State::kMalformed, ""},
      {"0\r\na: x\ry\r\n\r\n", State::kMalformed, ""},
      {"65\r\n", State::kBodyTooLarge, ""},
      {"FFFFFFFFFFFFFFFFF\r\n", State::kBodyTooLarge, ""},
      {"32\r\n" + std::string(50, 'x') + "\r\n33\r\n", State::kBodyTooLarge, std::string(50, 'x')},
      {"1;" + long_line + "\r\n", State::kLineTooLong, ""},
      {"1;" + long_line, State::kLineTooLong, ""},
      {"0\r\na: " + std::string(20, 'x') + "\r\nb: " + std::string(20, 'x') + "\r\n\r\n",
       State::kLineTooLong, ""},
  };
  for (const Case& c : cases) {
    for (size_t piece = 1; piece <= c.sent.size(); ++piece) {
      const Decoded decoded = decode(c.sent, piece);
      EXPECT_EQ(decoded.state, c.state) << c.sent << " by " << piece;
      EXPECT_EQ(decoded.body, c.body) << c.sent << " by " << piece;
    }
  }
}

TEST(ChunkDecoder, LeavesWhatFollowsTheBody) {
  const std::string sent = "1\r\nx\r\n0\r\n\r\nPOST /";
  EXPECT_EQ(decode(sent, sent.size()).rest, "POST /");
}

}  // namespace
}  // namespace jedlik::wire
