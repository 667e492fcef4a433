#include "expression/condition.h"

#include <algorithm>
#include <string>

#include "expression/check.h"
#include "expression/document_path.h"
#include "expression/evaluate.h"
#include "expression/parser.h"

namespace jedlik::expression {

namespace {

bool has_name(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

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
  for (const Node& node : tree_.nodes) {
    if (node.kind != NodeKind::kPath) continue;
    const std::string_view name = tree_.path(node).front().name;
    if (has_name(key_names, name))
      return refuse(
          validation(std::string(what) +
                     " can only contain non-primary key attributes: Primary key attribute: " +
                     std::string(name)));
  }
  return {};
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
