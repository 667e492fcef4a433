#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/clock.h"
#include "table/index_row.h"
#include "table/schema.h"
#include "value/stored_item.h"

// When items expire, and where a table's expiry index says so. Its rows are keys alone:
//
//   second of expiry since 1970 (8 bytes, big-endian) | encoded key of the item
//
// A row is a function of the item and not of the time of day, so that a write knows the row that
// is there. docs/formats/key.md.
namespace jedlik::table {

// The second that the item's attribute names, a fraction cut off; none where there is no such
// number, or where it can be no time (limits::kExpirySeconds).
std::optional<int64_t> expiry_of(const ExpiryIndex& index, const value::ItemView& item);

// The row of the item with this key, if it has an expiry.
std::optional<IndexRow> expiry_row(const ExpiryIndex& index, BytesView item_key,
                                   const value::ItemView& item);
BytesView item_key_of_expiry_row(BytesView row_key);

// The seconds at which items expired that are to be deleted now: those before this one, but not
// those of long ago (limits::kExpiredSecondsAgo).
class ExpiredSeconds {
 public:
  explicit ExpiredSeconds(Timestamp now);

  bool has(int64_t second) const { return begin_ <= second && second < end_; }
  // As the keys of rows begin.
  Bytes begin_key() const;
  Bytes end_key() const;

 private:
  int64_t begin_;
  int64_t end_;
};

}  // namespace jedlik::table
