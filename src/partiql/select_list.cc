#include "partiql/select_list.h"

#include <optional>
#include <unordered_map>

#include "expression/check.h"

namespace jedlik::partiql {

namespace {

using expression::PathElement;
using expression::PathSet;
using expression::PathView;
using value::ValueView;
using Level = PathSet::Level;

std::string result_name(PathView path) {
  size_t last_name = path.size() - 1;
  while (path[last_name].kind == PathElement::Kind::kIndex)
    --last_name;
  std::string name(path[last_name].name);
  for (const PathElement& element : path.subspan(last_name + 1))
    name.append("[").append(std::to_string(element.index)).append("]");
  return name;
}

// Notes what lies at the end of each path, on one walk.
class Finder {
 public:
  Finder(const PathSet& paths, std::vector<std::optional<ValueView>>& found)
      : paths_(paths), found_(found) {}

  void walk(const value::MapView& map, const Level& level) {
    for (const value::MapView::Entry& entry : map)
      visit(entry.value, paths_.find(level, entry.name));
  }

 private:
  void visit(const ValueView& value, const Level& inside) {
    if (inside.empty()) return;
    if (paths_.is_end(inside)) {
      found_[paths_.number(inside)] = value;
    } else if (value.type() == value::Type::kMap) {
      walk(value.map(), inside);
    } else if (value.type() == value::Type::kList) {
      uint32_t index = 0;
      for (const ValueView& element : value.list())
        visit(element, paths_.find(inside, index++));
    }
  }

  const PathSet& paths_;
  std::vector<std::optional<ValueView>>& found_;
};

}  // namespace

Result<SelectList> SelectList::make(const std::vector<PathView>& paths) {
  RETURN_IF_REFUSED(expression::check_paths_apart(paths, expression::Kind::kProjection));
  SelectList list;
  std::unordered_map<std::string, uint32_t> numbers;
  for (const PathView path : paths) {
    std::string name = result_name(path);
    const auto next = static_cast<uint32_t>(list.names_.size());
    const auto [place, is_new] = numbers.try_emplace(name, next);
    if (is_new) list.names_.push_back(std::move(name));
    list.paths_.add(path, place->second);
  }
  return list;
}

void SelectList::apply(const value::ItemView& item, Bytes& to) const {
  std::vector<std::optional<ValueView>> found(names_.size());
  Finder(paths_, found).walk(item.attributes(), paths_.all());
  value::ItemWriter writer(to, value::ItemWriter::Form::kItem);
  for (size_t i = 0; i < found.size(); ++i) {
    if (!found[i]) continue;
    writer.name(names_[i]);
    writer.value(*found[i]);
  }
  writer.finish();
}

std::vector<std::string_view> SelectList::attribute_names() const {
  return paths_.attribute_names();
}

}  // namespace jedlik::partiql
