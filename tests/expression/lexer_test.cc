#include "expression/lexer.h"

#include <gtest/gtest.h>

#include <vector>

namespace jedlik::expression {
namespace {

std::vector<std::string> tokens_of(std::string_view text) {
  Lexer lexer(text);
  std::vector<std::string> tokens;
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next())
    tokens.emplace_back(token.text);
  return tokens;
}

TEST(Lexer, CutsTextIntoTokens) {
  using Tokens = std::vector<std::string>;
  EXPECT_EQ(tokens_of("a.b[10]<>:v1"), (Tokens{"a", ".", "b", "[", "10", "]", "<>", ":v1"}));
  EXPECT_EQ(tokens_of("a<=b>=c<d>e=f"),
            (Tokens{"a", "<=", "b", ">=", "c", "<", "d", ">", "e", "=", "f"}));
  EXPECT_EQ(tokens_of(" \t\r\nSET #a_1=n+:x-1a "),
            (Tokens{"SET", "#a_1", "=", "n", "+", ":x", "-", "1", "a"}));
  EXPECT_EQ(tokens_of("\"x y\" 'z' \"open"), (Tokens{"\"x y\"", "'z'", "\"", "open"}));
  EXPECT_EQ(tokens_of("# : é😀\x80!"), (Tokens{"#", ":", "é", "😀", "\x80", "!"}));
  EXPECT_EQ(tokens_of(""), Tokens{});
}

TEST(Lexer, KnowsItsWordsInAnyCase) {
  const std::pair<std::string_view, TokenKind> cases[] = {
      {"AND", TokenKind::kAnd},
      {"and", TokenKind::kAnd},
      {"aNd", TokenKind::kAnd},
      {"Or", TokenKind::kOr},
      {"not", TokenKind::kNot},
      {"BETWEEN", TokenKind::kBetween},
      {"in", TokenKind::kIn},
      {"set", TokenKind::kSet},
      {"ReMoVe", TokenKind::kRemove},
      {"ADD", TokenKind::kAdd},
      {"delete", TokenKind::kDelete},
      {"ands", TokenKind::kName},
      {"AN", TokenKind::kName},
      {"_nd", TokenKind::kName},
      {"#and", TokenKind::kNamePlaceholder},
      {":and", TokenKind::kValuePlaceholder},
      {"1", TokenKind::kNumber},
      {"#", TokenKind::kOther},
  };
  for (const auto& [text, kind] : cases)
    EXPECT_EQ(Lexer(text).next().kind, kind) << text;
}

TEST(Lexer, TextThatEndsInsideACharacterIsTakenToItsEnd) {
  EXPECT_EQ(tokens_of("\xF0\x9F"), std::vector<std::string>{"\xF0\x9F"});
}

}  // namespace
}  // namespace jedlik::expression
