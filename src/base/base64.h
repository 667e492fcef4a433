#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

// Base64 (RFC 4648, 4), as strict as the service: with padding, without anything else.
namespace jedlik {

enum class Base64Outcome : uint8_t {
  kDone,
  kBadLength,  // not a multiple of four
  kBadText,    // a character that does not belong there, or bits that are not zero after the end
};

// Appends the bytes that `text` stands for to `to`. What was appended before a fault stays.
[[nodiscard]] Base64Outcome decode_base64(std::string_view text, Bytes& to);

void append_base64(std::string& to, BytesView bytes);

}  // namespace jedlik
