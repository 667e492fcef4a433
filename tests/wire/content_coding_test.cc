#include "wire/content_coding.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace jedlik::wire {
namespace {

std::string compressed(ContentCoding coding, std::string_view text) {
  Compressor compressor;
  std::string out;
  compressor.compress(coding, text, out);
  return out;
}

struct Decoded {
  DecompressOutcome outcome;
  std::string text;
};

Decoded decoded(ContentCoding coding, std::string_view bytes, size_t limit = 1 << 20) {
  MemoryBudget budget(1 << 24);
  InputBuffer out(budget);
  const DecompressOutcome outcome = decompress(coding, bytes, limit, out);
  return {outcome, std::string(out.view())};
}

TEST(ContentCoding, ChoosesWhatTheClientLikesBest) {
  struct Case {
    const char* header;
    ContentCoding chosen;
  };
  for (const Case& c :
       std::initializer_list<Case>{{"gzip", ContentCoding::kGzip},
                                   {"deflate", ContentCoding::kDeflate},
                                   {"gzip, deflate, br", ContentCoding::kGzip},
                                   {"deflate, gzip", ContentCoding::kGzip},
                                   {"br;q=1.0, gzip;q=0.5", ContentCoding::kGzip},
                                   {"gzip;q=0.5, deflate;q=0.9", ContentCoding::kDeflate},
                                   {"GZIP ; Q=0.3", ContentCoding::kGzip},
                                   {"*", ContentCoding::kGzip},
                                   {"gzip;q=0, *;q=0.1", ContentCoding::kDeflate},
                                   {"", ContentCoding::kIdentity},
                                   {"identity", ContentCoding::kIdentity},
                                   {"gzip;q=0", ContentCoding::kIdentity},
                                   {"gzip;q=0.000", ContentCoding::kIdentity},
                                   {"br", ContentCoding::kIdentity},
                                   {"identity, gzip;q=0.5", ContentCoding::kIdentity},
                                   {"identity;q=0.2, gzip;q=0.5", ContentCoding::kGzip},
                                   {",;=,;;q,", ContentCoding::kIdentity}}) {
    EXPECT_EQ(choose_content_coding(c.header), c.chosen) << c.header;
  }
}

TEST(ContentCoding, KnowsTheCodingsOfRequests) {
  EXPECT_EQ(parse_content_coding("gzip"), ContentCoding::kGzip);
  EXPECT_EQ(parse_content_coding("X-GZip"), ContentCoding::kGzip);
  EXPECT_EQ(parse_content_coding("deflate "), ContentCoding::kDeflate);
  EXPECT_EQ(parse_content_coding("identity"), ContentCoding::kIdentity);
  EXPECT_EQ(parse_content_coding(""), ContentCoding::kIdentity);
  EXPECT_EQ(parse_content_coding("br"), std::nullopt);
  EXPECT_EQ(parse_content_coding("gzip, gzip"), std::nullopt);
}

TEST(ContentCoding, DecompressesWhatItCompresses) {
  std::string text;
  for (int i = 0; i < 20'000; ++i)
    text += std::to_string(i * 7919 % 1000);
  for (const ContentCoding coding : {ContentCoding::kGzip, ContentCoding::kDeflate}) {
    const std::string bytes = compressed(coding, text);
    EXPECT_LT(bytes.size(), text.size() * 3 / 4);
    const Decoded back = decoded(coding, bytes);
    EXPECT_EQ(back.outcome, DecompressOutcome::kDone);
    EXPECT_EQ(back.text, text);
  }
}

TEST(ContentCoding, OneCompressorServesManyBodies) {
  Compressor compressor;
  std::string out;
  for (const char* text : {"one", "", "two two two"}) {
    compressor.compress(ContentCoding::kGzip, text, out);
    EXPECT_EQ(decoded(ContentCoding::kGzip, out).text, text);
  }
}

TEST(ContentCoding, TakesDeflateWithoutItsFrame) {
  const std::string framed = compressed(ContentCoding::kDeflate, "hello hello");
  const std::string raw = framed.substr(2, framed.size() - 6);
  EXPECT_EQ(decoded(ContentCoding::kDeflate, raw).text, "hello hello");
}

TEST(ContentCoding, TakesAGzipBodyOfSeveralMembers) {
  const std::string bytes =
      compressed(ContentCoding::kGzip, "one,") + compressed(ContentCoding::kGzip, "two");
  EXPECT_EQ(decoded(ContentCoding::kGzip, bytes).text, "one,two");
}

TEST(ContentCoding, RefusesDamagedBodies) {
  const std::string good = compressed(ContentCoding::kGzip, "some text that is long enough");
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(decoded(ContentCoding::kGzip, good.substr(0, size)).outcome,
              DecompressOutcome::kDamaged)
        << size;
  EXPECT_EQ(decoded(ContentCoding::kGzip, good + "x").outcome, DecompressOutcome::kDamaged);
  EXPECT_EQ(decoded(ContentCoding::kGzip, "{}").outcome, DecompressOutcome::kDamaged);
  EXPECT_EQ(decoded(ContentCoding::kDeflate, "\xff\xff\xff").outcome, DecompressOutcome::kDamaged);
}

TEST(ContentCoding, StopsAtTheLimit) {
  const std::string text(100'000, ' ');
  const std::string bytes = compressed(ContentCoding::kGzip, text);
  EXPECT_EQ(decoded(ContentCoding::kGzip, bytes, text.size()).outcome, DecompressOutcome::kDone);
  EXPECT_EQ(decoded(ContentCoding::kGzip, bytes, text.size() - 1).outcome,
            DecompressOutcome::kTooLarge);
}

TEST(ContentCoding, StopsWhenTheServerHoldsTooMuch) {
  const std::string bytes = compressed(ContentCoding::kGzip, std::string(1'000'000, ' '));
  MemoryBudget budget(100'000);
  InputBuffer out(budget);
  EXPECT_EQ(decompress(ContentCoding::kGzip, bytes, 1 << 24, out), DecompressOutcome::kNoMemory);
}

}  // namespace
}  // namespace jedlik::wire
