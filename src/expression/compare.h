#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "value/stored_item.h"

// What the operators and functions of conditions ask of values, on stored bytes. Nothing here
// allocates but equal() of large sets and maps.
namespace jedlik::expression {

// Both of one of the ten types; true and false are of one.
bool same_type(const value::ValueView& a, const value::ValueView& b);

// Whether a comes before b. Both are of the same type, S, N or B, whose stored bytes are in the
// order of the values.
inline bool is_before(const value::ValueView& a, const value::ValueView& b) {
  return a.bytes() < b.bytes();
}

// S and B only; false for other types, and where the types differ.
bool begins_with(const value::ValueView& whole, const value::ValueView& start);

// A text in a text, bytes in bytes, a member in a set, an element in a list; false for other types.
bool contains(const value::ValueView& whole, const value::ValueView& part);

// size(): of S the length in UTF-16 code units, as the service counts it; of B in bytes; of sets,
// lists and maps in elements. Nothing for other types.
std::optional<size_t> size_of(const value::ValueView& value);

// The type with this name: "S", "BOOL". kTrue stands for BOOL.
std::optional<value::Type> named_type(std::string_view name);

}  // namespace jedlik::expression
