#include "value/key_encoding.h"

#include "base/ensure.h"

namespace jedlik::value {
namespace {

constexpr char kEscape = '\x00';
constexpr char kZeroByte = '\xFF';  // after kEscape: a byte of zero
constexpr char kEnd = '\x01';       // after kEscape: the end of the part

void append_escaped(Bytes& to, BytesView bytes) {
  while (true) {
    const size_t zero = bytes.find('\0');
    to.append(bytes.substr(0, zero));
    if (zero == BytesView::npos) return;
    to.push_back(kEscape);
    to.push_back(kZeroByte);
    bytes.remove_prefix(zero + 1);
  }
}

// Takes an escaped part and its end. Each piece of what it stands for is given to `on_bytes`.
template <class OnBytes>
bool take_escaped(BytesView& key, OnBytes on_bytes) {
  while (true) {
    const size_t escape = key.find(kEscape);
    if (escape == BytesView::npos || escape + 1 == key.size()) return false;
    const char what = key[escape + 1];
    if (what != kEnd && what != kZeroByte) return false;
    on_bytes(key.substr(0, what == kEnd ? escape : escape + 1));
    key.remove_prefix(escape + 2);
    if (what == kEnd) return true;
  }
}

}  // namespace

void append_key_part(Bytes& to, const ValueView& value) {
  if (value.type() == Type::kNumber) {
    to.append(value.bytes());
    return;
  }
  append_key_part_prefix(to, value);
  to.push_back(kEscape);
  to.push_back(kEnd);
}

void append_key_part_prefix(Bytes& to, const ValueView& value) {
  ENSURE(value.type() == Type::kString || value.type() == Type::kBinary,
         "prefixes are of strings and binary");
  append_escaped(to, value.bytes());
}

bool take_key_part(BytesView& key, Type type, Bytes& stored_value) {
  if (type == Type::kNumber) {
    const BytesView before = key;
    Number number;
    if (!Number::take_ordered(key, number)) return false;
    ValueView(type, before.substr(0, before.size() - key.size())).append_to(stored_value);
    return true;
  }
  Bytes bytes;
  const auto gather = [&bytes](BytesView piece) { bytes.append(piece); };
  if (!take_escaped(key, gather)) return false;
  ValueView(type, bytes).append_to(stored_value);
  return true;
}

bool skip_key_part(BytesView& key, Type type) {
  if (type == Type::kNumber) {
    Number ignored;
    return Number::take_ordered(key, ignored);
  }
  return take_escaped(key, [](BytesView) {});
}

void append_greatest_key_part(Bytes& to, Type type, size_t most_bytes) {
  if (type == Type::kNumber) {
    static const auto greatest = Number::parse("9.9999999999999999999999999999999999999E+125");
    greatest->append_ordered(to);
    return;
  }
  if (type == Type::kBinary) {
    to.append(most_bytes, '\xFF');
  } else {
    constexpr BytesView kLastCodePoint("\xF4\x8F\xBF\xBF");  // U+10FFFF in UTF-8
    ENSURE(most_bytes % kLastCodePoint.size() == 0, "whole code points fill the bytes");
    for (size_t size = 0; size < most_bytes; size += kLastCodePoint.size())
      to.append(kLastCodePoint);
  }
  to.push_back(kEscape);
  to.push_back(kEnd);
}

Bytes key_after_prefix(BytesView prefix) {
  Bytes after(prefix);
  while (!after.empty() && after.back() == '\xFF')
    after.pop_back();
  if (!after.empty()) after.back() = static_cast<char>(static_cast<uint8_t>(after.back()) + 1);
  return after;
}

}  // namespace jedlik::value
