#include "expression/check.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "base/limits.h"
#include "expression/document_path.h"
#include "expression/reserved_words.h"

namespace jedlik::expression {

namespace {

bool is_of_updates(NodeKind function) {
  return function == NodeKind::kIfNotExists || function == NodeKind::kListAppend;
}

// kFunction for a name that is none.
NodeKind function_kind(std::string_view name) {
  static constexpr NodeKind kFunctions[] = {
      NodeKind::kAttributeExists, NodeKind::kAttributeNotExists, NodeKind::kAttributeType,
      NodeKind::kBeginsWith,      NodeKind::kContains,           NodeKind::kSize,
      NodeKind::kIfNotExists,     NodeKind::kListAppend};
  const auto* found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                   [name](NodeKind each) { return node_word(each) == name; });
  return found == std::end(kFunctions) ? NodeKind::kFunction : *found;
}

Status check_function(const FunctionCall& call, Kind kind) {
  const NodeKind function = function_kind(call.name);
  if (function == NodeKind::kFunction)
    return refuse(
        invalid_expression(kind, "Invalid function name; function: " + std::string(call.name)));
  const bool is_update = kind == Kind::kUpdate;
  if (is_of_updates(function) != is_update)
    return refuse(
        invalid_expression(kind, "The function is not allowed in " +
                                     std::string(is_update ? "an update" : "a condition") +
                                     " expression; function: " + std::string(call.name)));
  const bool is_operand = function == NodeKind::kSize || is_update;
  if (is_operand == (call.place == FunctionCall::Place::kOperand)) return {};
  return refuse(invalid_expression(
      kind, "The function is not allowed to be used this way in an expression; function: " +
                std::string(call.name)));
}

Status check_index(const PathElement& element, Kind kind) {
  if (element.kind != PathElement::Kind::kIndex || element.index != kIndexOutOfRange) return {};
  return refuse(invalid_expression(kind, "List index is not within the allowable range; index: [" +
                                             std::string(element.written) + "]"));
}

Status check_element(const PathElement& element, Kind kind) {
  if (element.kind == PathElement::Kind::kIndex || !is_reserved_word(element.written)) return {};
  return refuse(invalid_expression(
      kind,
      "Attribute name is a reserved keyword; reserved keyword: " + std::string(element.written)));
}

bool is_leaf(const Node& node) {
  return node.kind == NodeKind::kPath || node.kind == NodeKind::kValue;
}

Status resolve_leaf(Tree& tree, const Node& node, Kind kind, Placeholders& placeholders) {
  if (node.kind == NodeKind::kPath) return resolve_path(tree, node, kind, placeholders);
  return resolve_value(tree, node, kind, placeholders);
}

// The paths that the actions of an update change.
std::vector<PathView> targets_of(const Tree& update) {
  std::vector<PathView> targets;
  for (NodeId id = update[update.root].first_child; id != kNoNode; id = update[id].next)
    targets.push_back(update.path(update[update[id].first_child]));
  return targets;
}

Status check_all_operands(const Tree& tree, Kind kind) {
  for (const Node& node : tree.nodes)
    if (!is_leaf(node)) RETURN_IF_REFUSED(check_operands(tree, node, kind));
  return {};
}

}  // namespace

Status check_paths_apart(const std::vector<PathView>& paths, Kind kind) {
  const std::optional<PathClash> clash = find_clash(paths);
  if (!clash) return {};
  std::string message = "Two document paths ";
  message.append(clash->relation == PathRelation::kOverlap ? "overlap" : "conflict")
      .append(" with each other; must remove or rewrite one of these paths; path one: ")
      .append(path_text(paths[clash->first]))
      .append(", path two: ")
      .append(path_text(paths[clash->second]));
  return refuse(invalid_expression(kind, message));
}

Status check_words(Tree& tree, Kind kind) {
  for (const PathElement& each : tree.elements)
    RETURN_IF_REFUSED(check_index(each, kind));
  // Both lists are in the order of the text.
  auto element = tree.elements.begin();
  for (const FunctionCall& call : tree.functions) {
    for (; element != tree.elements.end() && element->written.data() < call.name.data(); ++element)
      RETURN_IF_REFUSED(check_element(*element, kind));
    RETURN_IF_REFUSED(check_function(call, kind));
  }
  for (; element != tree.elements.end(); ++element)
    RETURN_IF_REFUSED(check_element(*element, kind));

  for (Node& node : tree.nodes)
    if (node.kind == NodeKind::kFunction)
      node.kind = function_kind(tree.functions[node.begin].name);
  return {};
}

Status resolve_path(Tree& tree, const Node& path, Kind kind, Placeholders& placeholders) {
  for (uint32_t i = path.begin; i < path.begin + path.count; ++i) {
    PathElement& element = tree.elements[i];
    if (element.kind == PathElement::Kind::kIndex) continue;
    if (element.written.front() != '#') continue;
    const std::optional<std::string_view> name = placeholders.use_name(element.written);
    if (!name)
      return refuse(invalid_expression(kind,
                                       "An expression attribute name used in the document path is "
                                       "not defined; attribute name: " +
                                           std::string(element.written)));
    element.name = *name;
  }
  if (path.count > static_cast<uint32_t>(limits::kNestingLevels))
    return refuse(
        invalid_expression(kind, "The document path has too many nesting levels; nesting levels: " +
                                     std::to_string(path.count)));
  return {};
}

Status resolve_value(Tree& tree, const Node& value, Kind kind, Placeholders& placeholders) {
  ValueLeaf& leaf = tree.values[value.begin];
  leaf.value = placeholders.use_value(leaf.placeholder);
  if (leaf.value) return {};
  return refuse(invalid_expression(
      kind, "An expression attribute value used in expression is not defined; attribute value: " +
                std::string(leaf.placeholder)));
}

std::optional<value::Type> static_type(const Tree& tree, const Node& operand) {
  if (operand.kind == NodeKind::kValue) return tree.value(operand).value->type();
  if (operand.kind == NodeKind::kSize) return value::Type::kNumber;
  return std::nullopt;
}

Status check_condition(Tree& tree, Kind kind, Placeholders& placeholders) {
  RETURN_IF_REFUSED(check_words(tree, kind));
  for (const Node& node : tree.nodes) {
    if (is_leaf(node)) {
      RETURN_IF_REFUSED(resolve_leaf(tree, node, kind, placeholders));
    } else {
      RETURN_IF_REFUSED(check_operands(tree, node, kind));
    }
  }
  return {};
}

Status check_projection(Tree& tree, Placeholders& placeholders) {
  RETURN_IF_REFUSED(check_words(tree, Kind::kProjection));
  std::vector<PathView> paths;
  for (const Node& node : tree.nodes) {
    if (node.kind != NodeKind::kPath) continue;
    RETURN_IF_REFUSED(resolve_path(tree, node, Kind::kProjection, placeholders));
    paths.push_back(tree.path(node));
  }
  return check_paths_apart(paths, Kind::kProjection);
}

Status check_update(Tree& tree, Placeholders& placeholders) {
  RETURN_IF_REFUSED(check_words(tree, Kind::kUpdate));
  for (const Node& node : tree.nodes)
    if (node.kind == NodeKind::kPath)
      RETURN_IF_REFUSED(resolve_path(tree, node, Kind::kUpdate, placeholders));
  RETURN_IF_REFUSED(check_paths_apart(targets_of(tree), Kind::kUpdate));
  for (const Node& node : tree.nodes)
    if (node.kind == NodeKind::kValue)
      RETURN_IF_REFUSED(resolve_value(tree, node, Kind::kUpdate, placeholders));
  return check_all_operands(tree, Kind::kUpdate);
}

Status check_complete(const Tree& tree, Kind kind) {
  if (kind == Kind::kUpdate) RETURN_IF_REFUSED(check_paths_apart(targets_of(tree), Kind::kUpdate));
  return check_all_operands(tree, kind);
}

}  // namespace jedlik::expression
