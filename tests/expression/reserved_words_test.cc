#include "expression/reserved_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace jedlik::expression {
namespace {

TEST(ReservedWords, AreAsManyAsTheGuideLists) {
  EXPECT_EQ(reserved_words().size(), 573U);
}

TEST(ReservedWords, AreFoundInAnyCase) {
  for (const std::string_view word : reserved_words()) {
    std::string lower(word);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string mixed = lower;
    mixed.front() = word.front();
    EXPECT_TRUE(is_reserved_word(word)) << word;
    EXPECT_TRUE(is_reserved_word(lower)) << lower;
    EXPECT_TRUE(is_reserved_word(mixed)) << mixed;
  }
}

TEST(ReservedWords, NothingElseIsOne) {
  for (const std::string_view name :
       {"", "a", "UserID", "nam", "names1", "NAME_", "_name", "#name", ":value", "n\xC3\xA9w",
        "SQLSTATEMENT", "LOCALTIMESTAMPS", "ABORTED", "ZONES", "N\x00ME"}) {
    EXPECT_FALSE(is_reserved_word(name)) << name;
  }
  for (const std::string_view word : reserved_words()) {
    EXPECT_FALSE(is_reserved_word(std::string(word) + "1")) << word;
    EXPECT_FALSE(is_reserved_word("1" + std::string(word))) << word;
  }
}

}  // namespace
}  // namespace jedlik::expression
