#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "expression/ast.h"

namespace jedlik::expression {

// Document paths of which none leads into another, each with a number of its owner's, to be
// followed while an item is walked once: at every map or list, a Level says which paths go through
// it.
//
// Names are views of what the paths were made of. Any number of threads may read one at once.
class PathSet {
 public:
  // The paths that have their first `depth` elements in common.
  struct Level {
    uint32_t begin = 0;
    uint32_t end = 0;
    uint32_t depth = 0;

    bool empty() const { return begin == end; }
    uint32_t size() const { return end - begin; }
  };

  // Adds a path. Where one leads into another, only the shorter one stays.
  void add(PathView path, uint32_t number);

  Level all() const { return {0, static_cast<uint32_t>(entries_.size()), 0}; }
  // The paths of the level that go on with an attribute, or with an element of a list.
  Level find(const Level& level, std::string_view name) const;
  Level find(const Level& level, uint32_t index) const;
  // Whether a path ends here. It is then the only one of the level.
  bool is_end(const Level& level) const {
    return !level.empty() && entries_[level.begin].count == level.depth;
  }
  // What was given with the path that ends here.
  uint32_t number(const Level& level) const { return entries_[level.begin].number; }
  // One of the paths of a level, as a level of its own that has `depth` elements.
  Level one(uint32_t position, uint32_t depth) const { return {position, position + 1, depth}; }
  PathView path(uint32_t position) const {
    const Entry& entry = entries_[position];
    return PathView(elements_).subspan(entry.begin, entry.count);
  }

  // The top-level attributes that paths begin with, each once.
  std::vector<std::string_view> attribute_names() const;

  bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    uint32_t begin;
    uint32_t count;
    uint32_t number;
  };

  Level find(const Level& level, const PathElement& element) const;

  std::vector<PathElement> elements_;
  std::vector<Entry> entries_;  // in the order of is_before
};

}  // namespace jedlik::expression
