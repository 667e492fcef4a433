#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "partiql/lexer.h"
#include "value/stored_item.h"

namespace jedlik::partiql {

// What a statement had to be unquoted or computed for, at places that stay when it is moved.
using Kept = std::deque<Bytes>;

// Reads the tokens of one statement, with its parameters, and words what is wrong with them.
class TokenReader {
 public:
  // All of them outlive the reader and what is made by it.
  TokenReader(std::string_view text, std::span<const value::ValueView> parameters, Kept& kept);

  const Token& current() const { return current_; }
  void advance() { current_ = lexer_.next(); }
  bool at(TokenKind kind) const { return current_.kind == kind; }
  bool at_word(std::string_view upper_case) const { return current_.is_word(upper_case); }
  // Whether the token after the current one is of this kind.
  bool next_is(TokenKind kind) const;

  // Go past the current token if it is this one.
  bool take(TokenKind kind);
  bool take_word(std::string_view upper_case);
  // Refuse any other.
  Status expect(TokenKind kind);
  Status expect_word(std::string_view upper_case);

  bool at_name() const { return at(TokenKind::kName) || at(TokenKind::kQuotedName); }
  // A name, with or without quotes.
  Result<std::string_view> take_name();
  // What the current string or name in quotes says; goes past it.
  std::string_view take_quoted();
  // What the current ? stands for, and goes past it. Refuses one that has no parameter.
  Result<value::ValueView> take_parameter();
  // Refuses parameters that are left over at the end.
  Status check_all_parameters_taken() const;

  std::string_view keep(Bytes bytes) { return kept_.emplace_back(std::move(bytes)); }

  // The current token belongs elsewhere.
  tl::unexpected<ApiError> unexpected() const;
  // `message` and the place of the token: "message at line:column:length".
  tl::unexpected<ApiError> refuse_at(std::string_view message, const Token& token) const;

 private:
  std::string_view text_;
  std::span<const value::ValueView> parameters_;
  Kept& kept_;
  Lexer lexer_;
  Token current_;
  size_t parameters_taken_ = 0;
};

// "Statement wasn't well formed, can't be processed: " and what is wrong.
ApiError malformed(std::string_view what);

}  // namespace jedlik::partiql
