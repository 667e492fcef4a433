#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "table/schema.h"
#include "value/item_view.h"

// What the key attributes of indexes may be in items. An item may lack one: it is not in that index
// then. One that is there must have the type of the index's key, not be empty, and not be too long.
namespace jedlik::table {

// An item that is put. Of several faults, the one in the index whose name comes first is told.
Status check_index_keys(const TableSchema& schema, const value::MapView& item);

// An item that is updated: only attributes that the update changed. What an item had before the
// index was made may stay.
Status check_updated_index_keys(const TableSchema& schema,
                                const std::optional<value::ItemView>& old,
                                const value::MapView& item);

// One attribute that an update sets to a value that it names.
Status check_index_key_type(const TableSchema& schema, std::string_view attribute,
                            const value::ValueView& value);

}  // namespace jedlik::table
