#include "partiql/lexer.h"

#include <algorithm>

namespace jedlik::partiql {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
}

// Bytes of the UTF-8 character that begins with `lead`.
size_t character_size(char lead) {
  const auto byte = static_cast<uint8_t>(lead);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

}  // namespace

bool Token::is_word(std::string_view upper_case) const {
  if (kind != TokenKind::kKeyword && kind != TokenKind::kName) return false;
  if (text.size() != upper_case.size()) return false;
  for (size_t i = 0; i < text.size(); ++i)
    if (upper(text[i]) != upper_case[i]) return false;
  return true;
}

Token Lexer::take(TokenKind kind, size_t size) {
  const Token token{kind, text_.substr(at_, size)};
  at_ += token.text.size();
  return token;
}

void Lexer::skip_blanks() {
  while (at_ < text_.size()) {
    if (is_blank(text_[at_])) {
      ++at_;
    } else if (text_.substr(at_, 2) == "--") {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (text_.substr(at_, 2) == "/*") {
      const size_t end = text_.find("*/", at_ + 2);
      if (end == std::string_view::npos) return;
      at_ = end + 2;
    } else {
      return;
    }
  }
}

Token Lexer::take_word() {
  size_t end = at_ + 1;
  while (begins_name(at(end)) || is_digit(at(end)))
    ++end;
  const bool is_reserved = is_keyword(text_.substr(at_, end - at_));
  return take(is_reserved ? TokenKind::kKeyword : TokenKind::kName, end - at_);
}

// digits [ "." digits ] [ e [ sign ] digits ], or "." digits and so on.
Token Lexer::take_number() {
  size_t end = at_;
  while (is_digit(at(end)))
    ++end;
  if (at(end) == '.') {
    ++end;
    while (is_digit(at(end)))
      ++end;
  }
  if (at(end) == 'e' || at(end) == 'E') {
    size_t digits = end + 1;
    if (at(digits) == '+' || at(digits) == '-') ++digits;
    if (is_digit(at(digits))) {
      end = digits;
      while (is_digit(at(end)))
        ++end;
    }
  }
  return take(TokenKind::kNumber, end - at_);
}

Token Lexer::take_quoted(char quote, TokenKind kind) {
  size_t end = at_ + 1;
  while (true) {
    end = text_.find(quote, end);
    if (end == std::string_view::npos) return take(TokenKind::kOther, text_.size() - at_);
    if (at(end + 1) != quote) return take(kind, end + 1 - at_);
    end += 2;
  }
}

Token Lexer::take_symbol() {
  const char first = text_[at_];
  const char second = at(at_ + 1);
  switch (first) {
    case '=':
      return take(TokenKind::kEqual, 1);
    case '!':
      if (second == '=') return take(TokenKind::kNotEqual, 2);
      return take(TokenKind::kOther, 1);
    case '<':
      if (second == '=') return take(TokenKind::kLessOrEqual, 2);
      if (second == '>') return take(TokenKind::kNotEqual, 2);
      if (second == '<') return take(TokenKind::kOpenBag, 2);
      return take(TokenKind::kLess, 1);
    case '>':
      if (second == '=') return take(TokenKind::kGreaterOrEqual, 2);
      if (second == '>') return take(TokenKind::kCloseBag, 2);
      return take(TokenKind::kGreater, 1);
    default:
      break;
  }
  static constexpr std::string_view kSymbols = "?+-*,.:;()[]{}";
  static constexpr TokenKind kKinds[] = {
      TokenKind::kParameter,  TokenKind::kPlus,        TokenKind::kMinus,
      TokenKind::kStar,       TokenKind::kComma,       TokenKind::kDot,
      TokenKind::kColon,      TokenKind::kSemicolon,   TokenKind::kOpenParen,
      TokenKind::kCloseParen, TokenKind::kOpenBracket, TokenKind::kCloseBracket,
      TokenKind::kOpenBrace,  TokenKind::kCloseBrace,
  };
  const size_t symbol = kSymbols.find(first);
  if (symbol == std::string_view::npos) return take(TokenKind::kOther, character_size(first));
  return take(kKinds[symbol], 1);
}

Token Lexer::next() {
  skip_blanks();
  if (at_ == text_.size()) return take(TokenKind::kEnd, 0);
  const char first = text_[at_];
  if (begins_name(first)) return take_word();
  if (is_digit(first) || (first == '.' && is_digit(at(at_ + 1)))) return take_number();
  if (first == '\'') return take_quoted(first, TokenKind::kString);
  if (first == '"') return take_quoted(first, TokenKind::kQuotedName);
  return take_symbol();
}

std::string unquoted(const Token& token) {
  const char quote = token.text.front();
  const std::string_view inside = token.text.substr(1, token.text.size() - 2);
  std::string text;
  text.reserve(inside.size());
  for (size_t i = 0; i < inside.size(); ++i) {
    text.push_back(inside[i]);
    if (inside[i] == quote) ++i;
  }
  return text;
}

}  // namespace jedlik::partiql
