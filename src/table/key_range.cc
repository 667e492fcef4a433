#include "table/key_range.h"

#include "base/ensure.h"
#include "value/key_encoding.h"

namespace jedlik::table {

namespace {

__extension__ using Wide = unsigned __int128;

Bytes with_part(BytesView prefix, const value::ValueView& sort_key) {
  Bytes key(prefix);
  value::append_key_part(key, sort_key);
  return key;
}

// The first key after `key` itself.
Bytes after(Bytes key) {
  key.push_back('\0');
  return key;
}

}  // namespace

KeyRange range_of_collection(BytesView prefix, const std::optional<expression::KeyTest>& test) {
  using Operator = expression::KeyOperator;
  KeyRange all{Bytes(prefix), value::key_after_prefix(prefix)};
  if (!test) return all;
  if (test->op == Operator::kBeginsWith) {
    Bytes begin(prefix);
    value::append_key_part_prefix(begin, test->value);
    Bytes end = value::key_after_prefix(begin);
    return {std::move(begin), std::move(end)};
  }
  Bytes key = with_part(prefix, test->value);
  switch (test->op) {
    case Operator::kEqual:
      return {key, after(key)};
    case Operator::kLess:
      return {std::move(all.begin), std::move(key)};
    case Operator::kLessOrEqual:
      return {std::move(all.begin), after(std::move(key))};
    case Operator::kGreater:
      return {after(std::move(key)), std::move(all.end)};
    case Operator::kGreaterOrEqual:
      return {std::move(key), std::move(all.end)};
    case Operator::kBetween:
      return {std::move(key), after(with_part(prefix, *test->upper))};
    case Operator::kBeginsWith:
      break;
  }
  return all;
}

KeyRange range_of_segment(uint32_t segment, uint32_t total) {
  ENSURE(segment < total, "a segment is one of the total");
  // 2^64 * n / total, without leaving 128 bits.
  const auto boundary = [total](uint32_t n) {
    Bytes key;
    if (n == 0 || n == total) return key;
    append_big_endian(key, static_cast<uint64_t>((static_cast<Wide>(n) << 64) / total));
    return key;
  };
  return {boundary(segment), boundary(segment + 1)};
}

}  // namespace jedlik::table
