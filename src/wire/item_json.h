#pragma once

#include <simdjson.h>

#include <string>

#include "base/result.h"
#include "service/attribute_value.h"
#include "value/stored_item.h"

// Attribute values between JSON and their stored form, without a tree in between.
namespace jedlik::wire {

// Reads an item: an object of attribute values. What is no attribute value at all by its JSON types
// is the SerializationException that is returned; what is one but cannot be stored is noted in
// `to.refusal`, and the reading goes on, as the former is told before the latter. Takes time in
// proportion to the text, or n log n in the members of a set or the names of a map, and no more
// stack than for limits::kNestingLevels levels.
Status read_item(simdjson::dom::element from, service::ItemInput& to);

// The same for one attribute value.
Status read_value(simdjson::dom::element from, service::ValueInput& to);

// Appends an item, `{"id":{"S":"101"}}`.
void append_item(std::string& to, const value::ItemView& item);
void append_value(std::string& to, const value::ValueView& value);

}  // namespace jedlik::wire
