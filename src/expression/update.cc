#include "expression/update.h"

#include <algorithm>
#include <string>

#include "base/limits.h"
#include "expression/check.h"
#include "expression/document_path.h"
#include "expression/parser.h"
#include "expression/update_values.h"
#include "value/refusals.h"

namespace jedlik::expression {

namespace {

using value::ValueView;
using Level = PathSet::Level;

// Copies an item and makes the edits on the way. Their paths are apart, and each leads to where
// there is a map or a list, so the order of the edits does not matter; indexes are those of the
// item as it was.
class Rewriter {
 public:
  Rewriter(const PathSet& paths, std::vector<Edit>& edits, value::ItemWriter& writer)
      : paths_(paths), edits_(edits), writer_(writer) {}

  void rewrite_attributes(const value::MapView& map, const Level& level) {
    for (const value::MapView::Entry& entry : map) {
      const Level inside = paths_.find(level, entry.name);
      if (inside.empty()) {
        writer_.name(entry.name);
        writer_.value(entry.value);
      } else if (paths_.is_end(inside)) {
        Edit& edit = edits_[paths_.number(inside)];
        edit.is_done = true;
        if (edit.kind == Edit::Kind::kRemove) continue;
        writer_.name(entry.name);
        writer_.value(edit.kind == Edit::Kind::kPut ? *edit.value : entry.value);
      } else {
        writer_.name(entry.name);
        rewrite_inside(entry.value, inside);
      }
    }
    add_new(level, [this](const PathElement& element) { writer_.name(element.name); });
  }

 private:
  void rewrite_inside(const ValueView& value, const Level& level) {
    if (value.type() == value::Type::kMap) {
      writer_.open_map();
      rewrite_attributes(value.map(), level);
    } else {
      writer_.open_list();
      rewrite_elements(value.list(), level);
    }
    writer_.close();
  }

  void rewrite_elements(const value::ListView& list, const Level& level) {
    uint32_t index = 0;
    for (const ValueView& element : list) {
      const Level inside = paths_.find(level, index++);
      if (inside.empty()) {
        writer_.value(element);
      } else if (paths_.is_end(inside)) {
        Edit& edit = edits_[paths_.number(inside)];
        edit.is_done = true;
        if (edit.kind == Edit::Kind::kRemove) continue;
        writer_.value(edit.kind == Edit::Kind::kPut ? *edit.value : element);
      } else {
        rewrite_inside(element, inside);
      }
    }
    // Beyond the end of a list, elements are appended in the order of their indexes.
    add_new(level, [](const PathElement&) {});
  }

  // What is put where nothing was.
  template <class Announce>
  void add_new(const Level& level, Announce announce) {
    for (uint32_t i = level.begin; i < level.end; ++i) {
      const Level one = paths_.one(i, level.depth + 1);
      if (!paths_.is_end(one)) continue;
      Edit& edit = edits_[paths_.number(one)];
      if (edit.is_done || edit.kind != Edit::Kind::kPut) continue;
      announce(paths_.path(i).back());
      writer_.value(*edit.value);
    }
  }

  const PathSet& paths_;
  std::vector<Edit>& edits_;
  value::ItemWriter& writer_;
};

PathView target_of(const Tree& tree, NodeId action) {
  return tree.path(tree[tree[action].first_child]);
}

}  // namespace

Update::Update(Tree tree, Source source) : tree_(std::move(tree)), source_(source) {
  PathSet paths;
  uint32_t number = 0;
  for (NodeId id = tree_[tree_.root].first_child; id != kNoNode; id = tree_[id].next)
    paths.add(target_of(tree_, id), number++);
  changed_paths_ = Projection(std::move(paths));
}

Result<UpdatedItem> Update::apply(const value::ItemView& old) const {
  const std::string_view wrong_type =
      source_ == Source::kLegacy ? "Type mismatch for attribute to update"
                                 : "An operand in the update expression has an incorrect data type";
  UpdateValues values(tree_, old, wrong_type);
  std::vector<Edit> edits;
  edits.reserve(tree_[tree_.root].count);
  for (NodeId id = tree_[tree_.root].first_child; id != kNoNode; id = tree_[id].next) {
    Result<Edit> edit = values.edit(tree_[id]);
    RETURN_IF_REFUSED(edit);
    edits.push_back(*edit);
  }
  UpdatedItem updated;
  updated.stored.reserve(old.bytes().size() + old.bytes().size() / 4);
  value::ItemWriter writer(updated.stored, value::ItemWriter::Form::kItem);
  const PathSet& paths = changed_paths_.paths();
  Rewriter(paths, edits, writer).rewrite_attributes(old.attributes(), paths.all());
  updated.size_bytes = writer.finish();
  if (writer.deepest_level() > limits::kNestingLevels) return refuse(value::nested_too_deep());
  return updated;
}

Status Update::check_names_no_key(std::span<const std::string_view> key_names) const {
  for (NodeId id = tree_[tree_.root].first_child; id != kNoNode; id = tree_[id].next) {
    const std::string_view name = target_of(tree_, id).front().name;
    if (std::find(key_names.begin(), key_names.end(), name) == key_names.end()) continue;
    return refuse(invalid_parameters("Cannot update attribute " + std::string(name) +
                                     ". This attribute is part of the key"));
  }
  return {};
}

bool Update::only_removes() const {
  for (NodeId id = tree_[tree_.root].first_child; id != kNoNode; id = tree_[id].next) {
    const NodeKind kind = tree_[id].kind;
    if (kind != NodeKind::kRemove && kind != NodeKind::kDelete) return false;
  }
  return true;
}

std::vector<Update::GivenValue> Update::given_values() const {
  std::vector<GivenValue> given;
  for (NodeId id = tree_[tree_.root].first_child; id != kNoNode; id = tree_[id].next) {
    const NodeKind kind = tree_[id].kind;
    const PathView target = target_of(tree_, id);
    if ((kind != NodeKind::kSet && kind != NodeKind::kAdd) || target.size() != 1) continue;
    const Node* operand = &tree_[tree_.child(tree_[id], 1)];
    const bool is_default = operand->kind == NodeKind::kIfNotExists;
    if (is_default) operand = &tree_[tree_.child(*operand, 1)];
    if (operand->kind == NodeKind::kValue)
      given.push_back({target.front().name, *tree_.value(*operand).value, is_default});
  }
  return given;
}

Result<Update> parse_update(std::string_view text, Placeholders& placeholders) {
  Result<Tree> tree = read_update(text);
  RETURN_IF_REFUSED(tree);
  RETURN_IF_REFUSED(check_update(*tree, placeholders));
  return Update(std::move(*tree));
}

}  // namespace jedlik::expression
