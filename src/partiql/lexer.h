#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Cuts a PartiQL statement into tokens, one at a time. A token is a view of the statement.
namespace jedlik::partiql {

enum class TokenKind : uint8_t {
  kEnd,
  kName,        // letters, digits, _ and $, not beginning with a digit
  kQuotedName,  // "...", with "" for a quote
  kKeyword,     // a word that is no name without quotes
  kString,      // '...', with '' for a quote
  kNumber,      // without a sign
  kParameter,   // ?
  kEqual,
  kNotEqual,  // <> or !=
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kPlus,
  kMinus,
  kStar,
  kComma,
  kDot,
  kColon,
  kSemicolon,
  kOpenParen,
  kCloseParen,
  kOpenBracket,
  kCloseBracket,
  kOpenBrace,
  kCloseBrace,
  kOpenBag,   // <<
  kCloseBag,  // >>
  kOther,     // a quote that is not closed, or one character that belongs nowhere
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  // empty at the end, where it points to the end of the statement

  // Whether it is this word, whatever the case of its letters, and not in quotes.
  bool is_word(std::string_view upper_case) const;
};

// Blanks and comments (-- to the end of the line, /* to */) stand between tokens.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next();

 private:
  void skip_blanks();
  Token take(TokenKind kind, size_t size);
  Token take_word();
  Token take_number();
  Token take_quoted(char quote, TokenKind kind);
  Token take_symbol();
  char at(size_t position) const { return position < text_.size() ? text_[position] : '\0'; }

  std::string_view text_;
  size_t at_ = 0;
};

// What stands between the quotes of a kString or kQuotedName.
std::string unquoted(const Token& token);

// Whether the word is reserved: of SQL-92, without those for parts of a date, and of PartiQL.
bool is_keyword(std::string_view word);

}  // namespace jedlik::partiql
