#include <algorithm>
#include <boost/container/small_vector.hpp>

#include "value/item_view.h"
#include "value/stored_parts.h"

// Comparisons that disregard order. They sort views of the members first: to look for each member
// of one set in the other would let two sets of 400 KB hold a thread for minutes.

namespace jedlik::value {
namespace {

// Small sets and maps are sorted without an allocation.
template <class Element>
using Elements = boost::container::small_vector<Element, 16>;

Elements<BytesView> sorted_members(const SetView& set) {
  Elements<BytesView> members;
  for (const ValueView& member : set)
    members.push_back(member.bytes());
  std::sort(members.begin(), members.end());
  return members;
}

Elements<MapView::Entry> sorted_entries(const MapView& map) {
  Elements<MapView::Entry> entries;
  for (const MapView::Entry& entry : map)
    entries.push_back(entry);
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

bool equal_sets(const SetView& a, const SetView& b) {
  // The same members take the same number of bytes.
  return a.bytes().size() == b.bytes().size() && sorted_members(a) == sorted_members(b);
}

bool equal_lists(const ListView& a, const ListView& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const ValueView& x, const ValueView& y) { return equal(x, y); });
}

bool equal_maps(const MapView& a, const MapView& b) {
  if (a.bytes().size() != b.bytes().size()) return false;
  const auto entries_a = sorted_entries(a);
  const auto entries_b = sorted_entries(b);
  return std::equal(entries_a.begin(), entries_a.end(), entries_b.begin(), entries_b.end(),
                    [](const MapView::Entry& x, const MapView::Entry& y) {
                      return x.name == y.name && equal(x.value, y.value);
                    });
}

}  // namespace

bool equal(const ValueView& a, const ValueView& b) {
  if (a.type() != b.type()) return false;
  // Equal scalars have equal bytes; equal containers may differ in the order of what they hold,
  // but not in their length.
  if (a.bytes() == b.bytes()) return true;
  if (a.bytes().size() != b.bytes().size()) return false;
  switch (a.type()) {
    case Type::kList:
      return equal_lists(a.list(), b.list());
    case Type::kMap:
      return equal_maps(a.map(), b.map());
    case Type::kStringSet:
    case Type::kNumberSet:
    case Type::kBinarySet:
      return equal_sets(a.set(), b.set());
    default:
      return false;
  }
}

bool has_duplicates(const SetView& set) {
  const auto members = sorted_members(set);
  return std::adjacent_find(members.begin(), members.end()) != members.end();
}

bool has_duplicate_names(const MapView& map) {
  const auto entries = sorted_entries(map);
  return std::adjacent_find(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
           return a.name == b.name;
         }) != entries.end();
}

}  // namespace jedlik::value
