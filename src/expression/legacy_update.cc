#include "expression/legacy_update.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace jedlik::expression {

namespace {

using value::Type;

bool is_set(Type type) {
  return type == Type::kStringSet || type == Type::kNumberSet || type == Type::kBinarySet;
}

tl::unexpected<ApiError> invalid(std::string_view what) {
  return refuse(invalid_parameters(what));
}

tl::unexpected<ApiError> wrong_type(std::string_view action, Type type) {
  return invalid(std::string(action) + " is not supported for the type " +
                 std::string(value::type_name(type)));
}

Result<NodeKind> action_kind(const LegacyUpdate& update) {
  if (!update.value) {
    if (update.action == "DELETE") return NodeKind::kRemove;
    return invalid("Only DELETE action is allowed when no attribute value is specified");
  }
  const Type type = update.value->type();
  if (update.action == "ADD") {
    if (type != Type::kNumber && type != Type::kList && !is_set(type))
      return wrong_type("ADD action", type);
    return NodeKind::kAdd;
  }
  if (update.action == "DELETE") {
    if (!is_set(type)) return wrong_type("DELETE action with value", type);
    return NodeKind::kDelete;
  }
  return NodeKind::kSet;
}

}  // namespace

Result<Update> translate_update(std::span<const LegacyUpdate> updates) {
  std::vector<std::pair<NodeKind, LegacyUpdate>> checked;
  checked.reserve(updates.size());
  for (const LegacyUpdate& update : updates) {
    const Result<NodeKind> kind = action_kind(update);
    RETURN_IF_REFUSED(kind);
    checked.emplace_back(*kind, update);
  }
  std::sort(checked.begin(), checked.end(),
            [](const auto& a, const auto& b) { return a.second.attribute < b.second.attribute; });
  Tree tree;
  Children actions;
  for (const auto& [kind, update] : checked) {
    Children operands;
    tree.elements.push_back({PathElement::Kind::kName, 0, update.attribute, {}});
    operands.add(tree,
                 tree.add(NodeKind::kPath, static_cast<uint32_t>(tree.elements.size() - 1), 1));
    if (update.value) {
      tree.values.push_back({{}, update.value});
      operands.add(tree, tree.add(NodeKind::kValue, static_cast<uint32_t>(tree.values.size() - 1)));
    }
    actions.add(tree, operands.finish(tree, kind));
  }
  tree.root = actions.finish(tree, NodeKind::kUpdate);
  return Update(std::move(tree), Update::Source::kLegacy);
}

}  // namespace jedlik::expression
