#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "value/stored_item.h"

// Keys as bytes whose memcmp order is DynamoDB's order: strings and binary by unsigned bytes,
// numbers by value. docs/formats/key.md describes them.
//
// A part is written so that its end can be told, so no part is a prefix of another and parts can be
// joined: S and B escape a zero byte as 00 FF and end with 00 01; N is the ordered form of the
// number.
namespace jedlik::value {

// Appends one part. `value` is of type S, N or B.
void append_key_part(Bytes& to, const ValueView& value);

// Takes one part of the type off the front of `key` and appends it as a stored value (tag and
// payload) to `stored_value`. False when the bytes are not what append_key_part writes.
[[nodiscard]] bool take_key_part(BytesView& key, Type type, Bytes& stored_value);

// Takes one part of the type off the front of `key`. False as with take_key_part.
[[nodiscard]] bool skip_key_part(BytesView& key, Type type);

// For S and B only: appends the part without its end, so that what is appended is a prefix of the
// parts of all values which begin with these bytes (begins_with on a sort key).
void append_key_part_prefix(Bytes& to, const ValueView& value);

// Appends the greatest part that a value of the type and of at most `most_bytes` can have; for
// strings a multiple of 4.
void append_greatest_key_part(Bytes& to, Type type, size_t most_bytes);

// The first key after all that begin with `prefix`; empty when there is none.
Bytes key_after_prefix(BytesView prefix);

}  // namespace jedlik::value
