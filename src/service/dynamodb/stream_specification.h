#pragma once

#include <array>
#include <string_view>

#include "base/result.h"
#include "service/shape.h"
#include "table/schema.h"

// The StreamSpecification of CreateTable, UpdateTable and DescribeTable.
namespace jedlik::service::dynamodb {

inline constexpr std::array<std::string_view, 4> kStreamViewTypeValues{
    "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"};

struct StreamSpecification {
  Field<bool> stream_enabled;
  Field<std::string> stream_view_type;

  static constexpr auto shape() {
    using Self = StreamSpecification;
    return members(member("StreamEnabled", &Self::stream_enabled, required()),
                   member("StreamViewType", &Self::stream_view_type,
                          optional().one_of(kStreamViewTypeValues)));
  }
};

std::string_view stream_view_name(table::StreamView view);

// Whether a new table is to have a stream as it says.
Status check_new_stream(const StreamSpecification& stream);
// What can be told of a change without the table.
Status check_stream_update(const StreamSpecification& stream);

// Of one that has a view.
table::StreamView view_of(const StreamSpecification& stream);

// Enables a stream, a new one, or disables the one that there is, of a table that is ACTIVE.
Status change_stream(const StreamSpecification& stream, Timestamp now, table::TableSchema& schema);

}  // namespace jedlik::service::dynamodb
