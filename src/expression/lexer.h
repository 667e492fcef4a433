#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Cuts the text of an expression into tokens. Nothing is refused here: what fits nowhere is a token
// too, which the parser then finds to be wrong.
namespace jedlik::expression {

enum class TokenKind : uint8_t {
  kEnd,
  kName,              // a letter or underscore, then letters, digits, underscores
  kNamePlaceholder,   // #n
  kValuePlaceholder,  // :v
  kNumber,            // digits
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kPlus,
  kMinus,
  kComma,
  kDot,
  kOpenParen,
  kCloseParen,
  kOpenBracket,
  kCloseBracket,
  // Words, in upper or lower case.
  kAnd,
  kOr,
  kNot,
  kBetween,
  kIn,
  kSet,
  kRemove,
  kAdd,
  kDelete,
  kOther,  // a text in quotes, or one character that belongs nowhere
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  // empty at the end, where it points to the end of the expression
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next();

 private:
  Token take(TokenKind kind, size_t size);
  Token take_word();
  Token take_symbol();

  std::string_view text_;
  size_t at_ = 0;
};

// Letters, digits and the underscore of ASCII: what names and placeholders are made of.
bool is_word_character(char character);

}  // namespace jedlik::expression
