#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Pieces of JSON (RFC 8259), appended to a string. Commas and brackets are the caller's.
namespace jedlik::wire {

// `text` is UTF-8, or bytes that claim to be; quotes, backslashes and control characters are
// escaped, everything else is as it was.
void append_json_string(std::string& to, std::string_view text);

// Whether it is the same in JSON, between quotes. The fifteen bytes that follow it can be read, and
// may be anything.
bool is_plain_json(std::string_view text);

void append_json_int(std::string& to, int64_t number);

// The shortest text that reads back as the same number, without an exponent and with a point: 1.0,
// 0.5, 1700000000.123. The number is finite.
void append_json_double(std::string& to, double number);

inline void append_json_bool(std::string& to, bool value) {
  to.append(value ? "true" : "false");
}

}  // namespace jedlik::wire
