#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "expression/ast.h"
#include "expression/path_set.h"
#include "expression/placeholders.h"
#include "value/stored_item.h"

// ProjectionExpression, and any other choice of parts of an item (AttributesToGet, the attributes
// of an index, ReturnValues of an update).
namespace jedlik::expression {

// A choice of parts of an item by document paths. Valid as long as the names that it was made of.
// Any number of threads may apply it at once.
class Projection {
 public:
  // Of nothing.
  Projection() = default;
  explicit Projection(PathSet paths) : paths_(std::move(paths)) {}

  // Adds a top-level attribute.
  void add(std::string_view name);

  // Appends to `to` an item in stored form with the chosen parts of `item`, in the order in which
  // they are stored: maps keep only the chosen attributes, lists the chosen elements, moved
  // together in their order. A map or list in which nothing chosen is found is left out. Returns
  // the size in bytes of what was appended, as DynamoDB counts it.
  size_t apply(const value::ItemView& item, Bytes& to) const;

  // The top-level attributes that it names, each once.
  std::vector<std::string_view> attribute_names() const;

  // Refuses a path that leads into a key attribute, which is always a scalar. `what` is what the
  // message calls the key.
  Status check_keys_are_whole(std::span<const std::string_view> key_names,
                              std::string_view what = "Key") const;

  const PathSet& paths() const { return paths_; }
  bool empty() const { return paths_.empty(); }

 private:
  PathSet paths_;
};

// Refuses paths that overlap.
Result<Projection> parse_projection(std::string_view text, Placeholders& placeholders);

}  // namespace jedlik::expression
