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

// The first key after all that begin with `key`, whose last part is whole.
Bytes after(const Bytes& key) {
  return value::key_after_prefix(key);
}

}  // namespace

KeyRange range_of_collection(BytesView prefix, std::span<const expression::KeyTest> tests) {
  using Operator = expression::KeyOperator;
  Bytes begin(prefix);
  while (tests.size() > 1) {
    ENSURE(tests.front().op == Operator::kEqual, "only the last test is of a range");
    value::append_key_part(begin, tests.front().value);
    tests = tests.subspan(1);
  }
  Bytes end = value::key_after_prefix(begin);
  if (tests.empty()) return {std::move(begin), std::move(end)};
  const expression::KeyTest& test = tests.front();
  if (test.op == Operator::kBeginsWith) {
    value::append_key_part_prefix(begin, test.value);
    end = value::key_after_prefix(begin);
    return {std::move(begin), std::move(end)};
  }
  Bytes key = with_part(begin, test.value);
  switch (test.op) {
    case Operator::kEqual:
      end = after(key);
      return {std::move(key), std::move(end)};
    case Operator::kLess:
      return {std::move(begin), std::move(key)};
    case Operator::kLessOrEqual:
      return {std::move(begin), after(key)};
    case Operator::kGreater:
      return {after(key), std::move(end)};
    case Operator::kGreaterOrEqual:
      return {std::move(key), std::move(end)};
    case Operator::kBetween:
      return {std::move(key), after(with_part(begin, *test.upper))};
    case Operator::kBeginsWith:
      break;
  }
  return {std::move(begin), std::move(end)};
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
