#include "expression/path_set.h"

#include <algorithm>

#include "expression/document_path.h"

namespace jedlik::expression {

void PathSet::add(PathView path, uint32_t number) {
  const auto view = [this](const Entry& entry) {
    return PathView(elements_).subspan(entry.begin, entry.count);
  };
  const auto at = std::lower_bound(
      entries_.begin(), entries_.end(), path,
      [&](const Entry& entry, PathView sought) { return is_before(view(entry), sought); });
  // A path that leads here lies directly before; those that lead on from here, directly after.
  if (at != entries_.begin()) {
    const PathView before = view(*(at - 1));
    if (before.size() <= path.size() && relate(before, path) == PathRelation::kOverlap) return;
  }
  auto end = at;
  while (end != entries_.end() && relate(view(*end), path) == PathRelation::kOverlap) {
    if (end->count == path.size()) return;
    ++end;
  }
  const Entry entry{static_cast<uint32_t>(elements_.size()), static_cast<uint32_t>(path.size()),
                    number};
  elements_.insert(elements_.end(), path.begin(), path.end());
  entries_.insert(entries_.erase(at, end), entry);
}

PathSet::Level PathSet::find(const Level& level, std::string_view name) const {
  PathElement element;
  element.name = name;
  return find(level, element);
}

PathSet::Level PathSet::find(const Level& level, uint32_t index) const {
  PathElement element;
  element.kind = PathElement::Kind::kIndex;
  element.index = index;
  return find(level, element);
}

PathSet::Level PathSet::find(const Level& level, const PathElement& element) const {
  const auto element_of = [&](const Entry& entry) -> const PathElement& {
    return elements_[entry.begin + level.depth];
  };
  const auto first = entries_.begin() + level.begin;
  const auto last = entries_.begin() + level.end;
  const auto begin =
      std::lower_bound(first, last, element, [&](const Entry& entry, const PathElement& sought) {
        return std::is_lt(order(element_of(entry), sought));
      });
  auto end = begin;
  while (end != last && element_of(*end) == element)
    ++end;
  return {static_cast<uint32_t>(begin - entries_.begin()),
          static_cast<uint32_t>(end - entries_.begin()), level.depth + 1};
}

std::vector<std::string_view> PathSet::attribute_names() const {
  std::vector<std::string_view> names;
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    const std::string_view name = path(i).front().name;
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

}  // namespace jedlik::expression
