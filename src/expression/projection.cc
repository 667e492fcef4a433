#include "expression/projection.h"

#include "expression/check.h"
#include "expression/document_path.h"
#include "expression/parser.h"

namespace jedlik::expression {

namespace {

using value::ValueView;
using Level = PathSet::Level;

class Copier {
 public:
  Copier(const PathSet& paths, value::ItemWriter& writer) : paths_(paths), writer_(writer) {}

  void copy_attributes(const value::MapView& map, const Level& level) {
    uint32_t left = level.size();
    for (const value::MapView::Entry& entry : map) {
      const Level inside = paths_.find(level, entry.name);
      if (inside.empty()) continue;
      if (has_chosen(entry.value, inside)) {
        writer_.name(entry.name);
        copy_chosen(entry.value, inside);
      }
      left -= inside.size();
      if (left == 0) return;
    }
  }

 private:
  // Whether anything of the value is chosen.
  bool has_chosen(const ValueView& value, const Level& level) const {
    if (paths_.is_end(level)) return true;
    if (value.type() == value::Type::kMap) {
      for (const value::MapView::Entry& entry : value.map()) {
        const Level inside = paths_.find(level, entry.name);
        if (!inside.empty() && has_chosen(entry.value, inside)) return true;
      }
    } else if (value.type() == value::Type::kList) {
      uint32_t index = 0;
      for (const ValueView& element : value.list()) {
        const Level inside = paths_.find(level, index++);
        if (!inside.empty() && has_chosen(element, inside)) return true;
      }
    }
    return false;
  }

  // Of a value of which has_chosen says yes.
  void copy_chosen(const ValueView& value, const Level& level) {
    if (paths_.is_end(level)) {
      writer_.value(value);
    } else if (value.type() == value::Type::kMap) {
      writer_.open_map();
      copy_attributes(value.map(), level);
      writer_.close();
    } else {
      writer_.open_list();
      copy_elements(value.list(), level);
      writer_.close();
    }
  }

  void copy_elements(const value::ListView& list, const Level& level) {
    uint32_t index = 0;
    for (const ValueView& element : list) {
      const Level inside = paths_.find(level, index++);
      if (!inside.empty() && has_chosen(element, inside)) copy_chosen(element, inside);
    }
  }

  const PathSet& paths_;
  value::ItemWriter& writer_;
};

}  // namespace

void Projection::add(std::string_view name) {
  PathElement element;
  element.name = name;
  paths_.add({&element, 1}, 0);
}

size_t Projection::apply(const value::ItemView& item, Bytes& to) const {
  value::ItemWriter writer(to, value::ItemWriter::Form::kItem);
  if (!empty()) Copier(paths_, writer).copy_attributes(item.attributes(), paths_.all());
  return writer.finish();
}

std::vector<std::string_view> Projection::attribute_names() const {
  return paths_.attribute_names();
}

Status Projection::check_keys_are_whole(std::span<const std::string_view> key_names,
                                        std::string_view what) const {
  const Level all = paths_.all();
  for (uint32_t i = all.begin; i < all.end; ++i)
    RETURN_IF_REFUSED(check_key_is_whole(paths_.path(i), key_names, what));
  return {};
}

Result<Projection> parse_projection(std::string_view text, Placeholders& placeholders) {
  Result<Tree> tree = read_projection(text);
  RETURN_IF_REFUSED(tree);
  RETURN_IF_REFUSED(check_projection(*tree, placeholders));
  PathSet paths;
  for (const Node& node : tree->nodes)
    if (node.kind == NodeKind::kPath) paths.add(tree->path(node), 0);
  return Projection(std::move(paths));
}

}  // namespace jedlik::expression
