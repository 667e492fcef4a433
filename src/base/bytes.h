#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Bytes, and integers as bytes. Everything that is stored or compared byte by byte is a std::string
// of bytes or a view of one; text is the same type, holding UTF-8.
namespace jedlik {

using Bytes = std::string;
using BytesView = std::string_view;

// Appends `number` in eight bytes, most significant first, so that memcmp order is numeric order.
void append_big_endian(Bytes& to, uint64_t number);

// Reads what append_big_endian wrote. `from` must hold at least eight bytes.
uint64_t read_big_endian(BytesView from);

// Appends `number` in 1 to 10 bytes, seven bits each, the least significant first (LEB128).
void append_varint(Bytes& to, uint64_t number);

// Takes a varint off the front of `from`. False, with `from` in an unspecified place, when there is
// none or it is longer than 64 bits: the bytes may come from a damaged file.
[[nodiscard]] bool take_varint(BytesView& from, uint64_t& number);

// Takes `size` bytes off the front of `from` into `taken`. False when there are fewer.
[[nodiscard]] bool take_bytes(BytesView& from, size_t size, BytesView& taken);

// `bytes` behind their number, a varint; and what takes them off again, false where that is not
// there whole.
void append_sized(Bytes& to, BytesView bytes);
[[nodiscard]] bool take_sized(BytesView& from, BytesView& taken);

// Text for logs and error messages: two hexadecimal digits a byte.
std::string to_hex(BytesView bytes);

}  // namespace jedlik
