#include "expression/lexer.h"

#include <array>

namespace jedlik::expression {

namespace {

enum : uint8_t { kSpace = 1, kLetter = 2, kDigit = 4 };

constexpr std::array<uint8_t, 256> kClasses = [] {
  std::array<uint8_t, 256> classes{};
  for (const char space : {' ', '\t', '\n', '\r', '\f'})
    classes[static_cast<uint8_t>(space)] = kSpace;
  for (int c = 'a'; c <= 'z'; ++c)
    classes[static_cast<size_t>(c)] = kLetter;
  for (int c = 'A'; c <= 'Z'; ++c)
    classes[static_cast<size_t>(c)] = kLetter;
  for (int c = '0'; c <= '9'; ++c)
    classes[static_cast<size_t>(c)] = kDigit;
  classes['_'] = kLetter;
  return classes;
}();

bool is(char character, uint8_t classes) {
  return (kClasses[static_cast<uint8_t>(character)] & classes) != 0;
}

// Whether `word` is `upper_case`, whatever its own case. Both are of the same length.
bool is_word(std::string_view word, std::string_view upper_case) {
  for (size_t i = 0; i < word.size(); ++i)
    if ((word[i] & ~0x20) != upper_case[i]) return false;
  return true;
}

TokenKind word_kind(std::string_view word) {
  switch (word.size()) {
    case 2:
      if (is_word(word, "OR")) return TokenKind::kOr;
      if (is_word(word, "IN")) return TokenKind::kIn;
      break;
    case 3:
      if (is_word(word, "AND")) return TokenKind::kAnd;
      if (is_word(word, "NOT")) return TokenKind::kNot;
      if (is_word(word, "SET")) return TokenKind::kSet;
      if (is_word(word, "ADD")) return TokenKind::kAdd;
      break;
    case 6:
      if (is_word(word, "REMOVE")) return TokenKind::kRemove;
      if (is_word(word, "DELETE")) return TokenKind::kDelete;
      break;
    case 7:
      if (is_word(word, "BETWEEN")) return TokenKind::kBetween;
      break;
    default:
      break;
  }
  return TokenKind::kName;
}

// Bytes of the UTF-8 character that begins with `lead`.
size_t character_size(char lead) {
  const auto byte = static_cast<uint8_t>(lead);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

}  // namespace

bool is_word_character(char character) {
  return is(character, kLetter | kDigit);
}

Token Lexer::take(TokenKind kind, size_t size) {
  const Token token{kind, text_.substr(at_, size)};
  at_ += token.text.size();
  return token;
}

Token Lexer::take_word() {
  size_t end = at_ + 1;
  while (end < text_.size() && is_word_character(text_[end]))
    ++end;
  const std::string_view word = text_.substr(at_, end - at_);
  switch (word.front()) {
    case '#':
      return take(word.size() > 1 ? TokenKind::kNamePlaceholder : TokenKind::kOther, word.size());
    case ':':
      return take(word.size() > 1 ? TokenKind::kValuePlaceholder : TokenKind::kOther, word.size());
    default:
      return take(word_kind(word), word.size());
  }
}

Token Lexer::take_symbol() {
  const char first = text_[at_];
  const char second = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  switch (first) {
    case '=':
      return take(TokenKind::kEqual, 1);
    case '<':
      if (second == '=') return take(TokenKind::kLessOrEqual, 2);
      if (second == '>') return take(TokenKind::kNotEqual, 2);
      return take(TokenKind::kLess, 1);
    case '>':
      if (second == '=') return take(TokenKind::kGreaterOrEqual, 2);
      return take(TokenKind::kGreater, 1);
    case '+':
      return take(TokenKind::kPlus, 1);
    case '-':
      return take(TokenKind::kMinus, 1);
    case ',':
      return take(TokenKind::kComma, 1);
    case '.':
      return take(TokenKind::kDot, 1);
    case '(':
      return take(TokenKind::kOpenParen, 1);
    case ')':
      return take(TokenKind::kCloseParen, 1);
    case '[':
      return take(TokenKind::kOpenBracket, 1);
    case ']':
      return take(TokenKind::kCloseBracket, 1);
    case '"':
    case '\'': {
      const size_t end = text_.find(first, at_ + 1);
      if (end == std::string_view::npos) return take(TokenKind::kOther, 1);
      return take(TokenKind::kOther, end + 1 - at_);
    }
    default:
      return take(TokenKind::kOther, character_size(first));
  }
}

Token Lexer::next() {
  while (at_ < text_.size() && is(text_[at_], kSpace))
    ++at_;
  if (at_ == text_.size()) return take(TokenKind::kEnd, 0);
  const char first = text_[at_];
  if (is(first, kLetter) || first == '#' || first == ':') return take_word();
  if (is(first, kDigit)) {
    size_t end = at_ + 1;
    while (end < text_.size() && is(text_[end], kDigit))
      ++end;
    return take(TokenKind::kNumber, end - at_);
  }
  return take_symbol();
}

}  // namespace jedlik::expression
