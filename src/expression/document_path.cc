#include "expression/document_path.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace jedlik::expression {

namespace {

// Up to this many, each pair is looked at, so that the first pair is found.
constexpr size_t kFewPaths = 24;

std::optional<PathClash> clash_of(std::span<const PathView> paths, uint32_t a, uint32_t b) {
  const PathRelation relation = relate(paths[a], paths[b]);
  if (relation == PathRelation::kApart) return std::nullopt;
  return PathClash{std::min(a, b), std::max(a, b), relation};
}

}  // namespace

std::string path_text(PathView path) {
  std::string text = "[";
  for (const PathElement& element : path) {
    if (text.size() > 1) text += ", ";
    if (element.kind == PathElement::Kind::kName) {
      text += element.name;
    } else {
      text.append("[").append(std::to_string(element.index)).append("]");
    }
  }
  return text + "]";
}

PathRelation relate(PathView a, PathView b) {
  const size_t common = std::min(a.size(), b.size());
  for (size_t i = 0; i < common; ++i) {
    if (a[i].kind != b[i].kind) return PathRelation::kConflict;
    if (!(a[i] == b[i])) return PathRelation::kApart;
  }
  return PathRelation::kOverlap;
}

std::strong_ordering order(const PathElement& a, const PathElement& b) {
  if (a.kind != b.kind) return a.kind <=> b.kind;
  if (a.kind == PathElement::Kind::kIndex) return a.index <=> b.index;
  return a.name.compare(b.name) <=> 0;
}

bool is_before(PathView a, PathView b) {
  const size_t common = std::min(a.size(), b.size());
  for (size_t i = 0; i < common; ++i) {
    const std::strong_ordering here = order(a[i], b[i]);
    if (std::is_neq(here)) return std::is_lt(here);
  }
  return a.size() < b.size();
}

std::optional<value::ValueView> find(const value::ItemView& item, PathView path) {
  std::optional<value::ValueView> here = item.find(path.front().name);
  for (const PathElement& element : path.subspan(1)) {
    if (!here) return std::nullopt;
    if (element.kind == PathElement::Kind::kName) {
      if (here->type() != value::Type::kMap) return std::nullopt;
      here = here->map().find(element.name);
    } else {
      if (here->type() != value::Type::kList) return std::nullopt;
      here = here->list().at(element.index);
    }
  }
  return here;
}

std::optional<PathClash> find_clash(std::span<const PathView> paths) {
  const auto count = static_cast<uint32_t>(paths.size());
  if (count <= kFewPaths) {
    for (uint32_t second = 1; second < count; ++second)
      for (uint32_t first = 0; first < second; ++first)
        if (auto clash = clash_of(paths, first, second)) return clash;
    return std::nullopt;
  }
  // Where any two clash, two that are neighbours in this order do.
  std::vector<uint32_t> sorted(count);
  std::iota(sorted.begin(), sorted.end(), 0);
  std::sort(sorted.begin(), sorted.end(),
            [&](uint32_t a, uint32_t b) { return is_before(paths[a], paths[b]); });
  for (uint32_t i = 1; i < count; ++i)
    if (auto clash = clash_of(paths, sorted[i - 1], sorted[i])) return clash;
  return std::nullopt;
}

Status check_key_is_whole(PathView path, std::span<const std::string_view> key_names,
                          std::string_view what) {
  if (path.size() == 1) return {};
  const std::string_view name = path.front().name;
  if (std::find(key_names.begin(), key_names.end(), name) == key_names.end()) return {};
  return refuse(
      validation(std::string("Key attributes must be scalars; list random access '[]' and "
                             "map lookup '.' are not allowed: ")
                     .append(what)
                     .append(": ")
                     .append(name)));
}

}  // namespace jedlik::expression
