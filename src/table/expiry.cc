#include "table/expiry.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/limits.h"
#include "value/item_writer.h"

namespace jedlik::table {

namespace {

constexpr size_t kSecondBytes = 8;

Bytes key_of_second(int64_t second) {
  Bytes key;
  append_big_endian(key, static_cast<uint64_t>(second));
  return key;
}

}  // namespace

std::optional<int64_t> expiry_of(const ExpiryIndex& index, const value::ItemView& item) {
  const auto found = item.find(index.attribute);
  if (!found || found->type() != value::Type::kNumber) return std::nullopt;
  const value::Number number = found->number();
  constexpr int kMostDigits = 18;  // which fit
  if (number.is_negative() || number.exponent() > kMostDigits) return std::nullopt;
  const std::string text = number.to_text();
  int64_t second = 0;
  std::from_chars(text.data(), text.data() + text.size(), second);  // up to the point
  if (second >= limits::kExpirySeconds) return std::nullopt;
  return second;
}

std::optional<IndexRow> expiry_row(const ExpiryIndex& index, BytesView item_key,
                                   const value::ItemView& item) {
  const auto second = expiry_of(index, item);
  if (!second) return std::nullopt;
  IndexRow row;
  row.key = key_of_second(*second).append(item_key);
  row.bytes = value::ItemWriter(row.value, value::ItemWriter::Form::kItem).finish();
  return row;
}

BytesView item_key_of_expiry_row(BytesView row_key) {
  return row_key.substr(kSecondBytes);
}

ExpiredSeconds::ExpiredSeconds(Timestamp now) : end_(std::max<int64_t>(0, now.ms / 1000)) {
  begin_ = std::max<int64_t>(0, end_ - limits::kExpiredSecondsAgo);
}

Bytes ExpiredSeconds::begin_key() const {
  return key_of_second(begin_);
}

Bytes ExpiredSeconds::end_key() const {
  return key_of_second(end_);
}

}  // namespace jedlik::table
