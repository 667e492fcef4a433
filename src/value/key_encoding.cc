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

// Takes an escaped part and its end, and appends what it stands for.
bool take_escaped(BytesView& key, Bytes& bytes) {
  while (true) {
    const size_t escape = key.find(kEscape);
    if (escape == BytesView::npos || escape + 1 == key.size()) return false;
    const char what = key[escape + 1];
    bytes.append(key.substr(0, escape));
    key.remove_prefix(escape + 2);
    if (what == kEnd) return true;
    if (what != kZeroByte) return false;
    bytes.push_back('\0');
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
  if (!take_escaped(key, bytes)) return false;
  ValueView(type, bytes).append_to(stored_value);
  return true;
}

Bytes key_after_prefix(BytesView prefix) {
  Bytes after(prefix);
  while (!after.empty() && after.back() == '\xFF')
    after.pop_back();
  if (!after.empty()) after.back() = static_cast<char>(static_cast<uint8_t>(after.back()) + 1);
  return after;
}

}  // namespace jedlik::value
