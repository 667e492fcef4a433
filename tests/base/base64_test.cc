#include "base/base64.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace jedlik {
namespace {

std::string encoded(BytesView bytes) {
  std::string text;
  append_base64(text, bytes);
  return text;
}

TEST(Base64, EncodesTheExamplesOfTheRfc) {
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foob"), "Zm9vYg==");
  EXPECT_EQ(encoded("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
}

TEST(Base64, DecodesWhatItEncodes) {
  Random random(7);
  for (size_t size = 0; size < 200; ++size) {
    Bytes bytes;
    for (size_t i = 0; i < size; ++i)
      bytes.push_back(static_cast<char>(random.next()));
    Bytes decoded = "before";
    ASSERT_EQ(decode_base64(encoded(bytes), decoded), Base64Outcome::kDone) << size;
    ASSERT_EQ(decoded, "before" + bytes);
  }
}

TEST(Base64, RefusesEverythingElse) {
  Bytes decoded;
  for (const char* text : {"A", "AB", "ABC", "ABCDE", "AAAA\n", "Zg="})
    EXPECT_EQ(decode_base64(text, decoded), Base64Outcome::kBadLength) << text;
  for (const char* text : {"====", "A===", "AB=C", "=AAA", "AA==AAAA", "AB C", "AB-C", "AB_C",
                           "YR==", "YWF=", "\xff\xff\xff\xff", "AB\nC", "AAA=AAAA"})
    EXPECT_EQ(decode_base64(text, decoded), Base64Outcome::kBadText) << text;
}

}  // namespace
}  // namespace jedlik
