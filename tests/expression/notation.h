#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "expression/placeholders.h"
#include "value/value.h"

// Values, items and placeholders of test cases, written as text:
//
//   "abc" 12.5 b"00ff" true false null [1, "a"] {x: 1, y: [2]} ss["a", "b"] ns[1, 2] bs[b"00"]
namespace jedlik::expression {

// These end the test program on text that is none of this.
value::Value parse_value(std::string_view text);
Bytes stored_value(std::string_view text);
Bytes stored_item(std::string_view text);

// The text of a value: parse_value reads it back. Attributes and members of sets are sorted, so
// that equal values have equal texts.
std::string value_notation(const value::Value& value);
std::string item_notation(BytesView stored_item);

// The placeholders of a request, from text: ":v = 12; :w = \"x\"; #n = name".
class Bindings {
 public:
  explicit Bindings(std::string_view text);

  Placeholders& placeholders() { return placeholders_; }

 private:
  std::deque<std::pair<std::string, Bytes>> owned_;
  Placeholders placeholders_;
};

}  // namespace jedlik::expression
