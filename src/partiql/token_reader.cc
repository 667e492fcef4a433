#include "partiql/token_reader.h"

#include <algorithm>
#include <string>

namespace jedlik::partiql {

namespace {

tl::unexpected<ApiError> wrong_number_of_parameters() {
  return refuse(validation("Number of parameters in request and statement don't match."));
}

}  // namespace

TokenReader::TokenReader(std::string_view text, std::span<const value::ValueView> parameters,
                         Kept& kept)
    : text_(text), parameters_(parameters), kept_(kept), lexer_(text) {
  advance();
}

bool TokenReader::next_is(TokenKind kind) const {
  Lexer ahead = lexer_;
  return ahead.next().kind == kind;
}

bool TokenReader::take(TokenKind kind) {
  if (!at(kind)) return false;
  advance();
  return true;
}

bool TokenReader::take_word(std::string_view upper_case) {
  if (!at_word(upper_case)) return false;
  advance();
  return true;
}

Status TokenReader::expect(TokenKind kind) {
  if (take(kind)) return {};
  return unexpected();
}

Status TokenReader::expect_word(std::string_view upper_case) {
  if (take_word(upper_case)) return {};
  return unexpected();
}

Result<std::string_view> TokenReader::take_name() {
  if (at(TokenKind::kQuotedName)) return take_quoted();
  if (!at(TokenKind::kName)) return unexpected();
  const std::string_view name = current_.text;
  advance();
  return name;
}

std::string_view TokenReader::take_quoted() {
  const std::string_view text = keep(unquoted(current_));
  advance();
  return text;
}

Result<value::ValueView> TokenReader::take_parameter() {
  if (parameters_taken_ == parameters_.size()) return wrong_number_of_parameters();
  advance();
  return parameters_[parameters_taken_++];
}

Status TokenReader::check_all_parameters_taken() const {
  if (parameters_taken_ < parameters_.size()) return wrong_number_of_parameters();
  return {};
}

tl::unexpected<ApiError> TokenReader::unexpected() const {
  return refuse(malformed(at(TokenKind::kKeyword) ? "Unexpected keyword" : "Unexpected term"));
}

tl::unexpected<ApiError> TokenReader::refuse_at(std::string_view message,
                                                const Token& token) const {
  const std::string_view before =
      text_.substr(0, static_cast<size_t>(token.text.data() - text_.data()));
  const size_t line_begin = before.rfind('\n') + 1;  // 0 where there is none
  std::string text(message);
  text.append(" at ")
      .append(std::to_string(1 + std::count(before.begin(), before.end(), '\n')))
      .append(":")
      .append(std::to_string(before.size() - line_begin + 1))
      .append(":")
      .append(std::to_string(token.text.size()));
  return refuse(validation(std::move(text)));
}

ApiError malformed(std::string_view what) {
  return validation(std::string("Statement wasn't well formed, can't be processed: ").append(what));
}

}  // namespace jedlik::partiql
