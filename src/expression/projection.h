#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "expression/ast.h"
#include "expression/placeholders.h"
#include "value/stored_item.h"

// ProjectionExpression, and any other choice of parts of an item by document paths
// (AttributesToGet, the attributes of an index, ReturnValues of an update).
namespace jedlik::expression {

// A set of document paths of which none lies inside another, as a tree by their first elements.
// Valid as long as the names that it was made of. Any number of threads may apply it at once.
class Projection {
 public:
  // Of no attributes.
  Projection() = default;

  // Adds a path. A path that lies inside one that is there, or around one, widens the choice.
  void add(std::span<const PathElement> path);
  // Adds a top-level attribute by its name.
  void add(std::string_view name);

  // Appends to `to` an item in stored form with the chosen parts of `item`, in the order in which
  // they are stored: maps keep only the chosen attributes, lists the chosen elements, moved
  // together in their order. What holds nothing chosen is left out. Returns the size in bytes of
  // what was appended, as DynamoDB counts it.
  size_t apply(const value::ItemView& item, Bytes& to) const;

  // The top-level attributes that it names, each once.
  std::vector<std::string_view> attribute_names() const;

  bool empty() const { return steps_.empty(); }

 private:
  // A node of the tree. The steps of one level are linked.
  struct Step {
    PathElement element;
    bool is_end = false;  // the whole value here is chosen
    uint32_t first_child;
    uint32_t next;
  };
  class Writer;

  uint32_t find_or_add(uint32_t parent, const PathElement& element);

  std::vector<Step> steps_;  // the first one is the first top-level attribute
};

// Refuses overlapping paths.
Result<Projection> parse_projection(std::string_view text, Placeholders& placeholders);

}  // namespace jedlik::expression
