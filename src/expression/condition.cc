#include "expression/condition.h"

#include <algorithm>
#include <string>

#include "expression/check.h"
#include "expression/document_path.h"
#include "expression/evaluate.h"
#include "expression/parser.h"

namespace jedlik::expression {

bool Condition::matches(const std::optional<value::ItemView>& item) const {
  return evaluate(tree_, tree_.root, item);
}

std::vector<std::string_view> Condition::attribute_names() const {
  std::vector<std::string_view> names;
  for (const Node& node : tree_.nodes)
    if (node.kind == NodeKind::kPath) names.push_back(tree_.path(node).front().name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Status Condition::check_names_no_key(std::span<const std::string_view> key_names,
                                     std::string_view what) const {
  const auto names = [this](std::string_view key) {
    return std::any_of(tree_.nodes.begin(), tree_.nodes.end(), [&](const Node& node) {
      return node.kind == NodeKind::kPath && tree_.path(node).front().name == key;
    });
  };
  const auto named = std::find_if(key_names.begin(), key_names.end(), names);
  if (named == key_names.end()) return {};
  return refuse(validation(std::string(what) +
                           " can only contain non-primary key attributes: Primary key attribute: " +
                           std::string(*named)));
}

Status Condition::check_keys_are_whole(std::span<const std::string_view> key_names) const {
  for (const Node& node : tree_.nodes)
    if (node.kind == NodeKind::kPath)
      RETURN_IF_REFUSED(check_key_is_whole(tree_.path(node), key_names));
  return {};
}

Result<Condition> parse_condition(std::string_view text, Kind kind, Placeholders& placeholders) {
  Result<Tree> tree = read_condition(text, kind);
  RETURN_IF_REFUSED(tree);
  RETURN_IF_REFUSED(check_condition(*tree, kind, placeholders));
  return Condition(std::move(*tree));
}

}  // namespace jedlik::expression
