#pragma once

#include <deque>
#include <string_view>
#include <vector>

#include "partiql/parser.h"
#include "tests/expression/notation.h"

namespace jedlik::partiql {

// A statement's parameters, written as tests/expression/notation.h has values.
class Parameters {
 public:
  Parameters(std::initializer_list<std::string_view> values) {
    for (const std::string_view value : values)
      views_.emplace_back(stored_.emplace_back(expression::stored_value(value)));
  }
  const std::vector<value::ValueView>& views() const { return views_; }

 private:
  std::deque<Bytes> stored_;
  std::vector<value::ValueView> views_;
};

// Of statements without parameters; the text must outlive the statement.
inline Result<Statement> parse(std::string_view text) {
  return parse_statement(text, {});
}

inline std::string message_of(const Result<Statement>& statement) {
  return statement ? std::string() : statement.error().message;
}

}  // namespace jedlik::partiql
