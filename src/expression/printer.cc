#include "expression/printer.h"

namespace jedlik::expression {

namespace {

bool is_function(NodeKind kind) {
  return kind >= NodeKind::kFunction && kind <= NodeKind::kListAppend;
}

class Printer {
 public:
  explicit Printer(const Tree& tree) : tree_(tree) {}

  std::string print() {
    node(tree_.root);
    return std::move(text_);
  }

 private:
  void node(NodeId id);
  void path(const Node& node);
  void function(const Node& node);
  void between(const Node& node);
  void in(const Node& node);
  void update(const Node& node);
  void joined(NodeId id, std::string_view separator);
  // Of AND, OR and NOT: in parentheses where it would else be read as something else.
  void part(NodeId id, NodeKind parent);

  const Tree& tree_;
  std::string text_;
};

void Printer::node(NodeId id) {
  const Node& node = tree_[id];
  if (is_function(node.kind)) return function(node);
  switch (node.kind) {
    case NodeKind::kPath:
      return path(node);
    case NodeKind::kValue:
      text_ += tree_.value(node).placeholder;
      return;
    case NodeKind::kBetween:
      return between(node);
    case NodeKind::kIn:
      return in(node);
    case NodeKind::kNot:
      text_ += "NOT ";
      return part(node.first_child, NodeKind::kNot);
    case NodeKind::kAnd:
    case NodeKind::kOr:
      for (NodeId child = node.first_child; child != kNoNode; child = tree_[child].next) {
        if (child != node.first_child) text_.append(" ").append(node_word(node.kind)).append(" ");
        part(child, node.kind);
      }
      return;
    case NodeKind::kProjection:
      return joined(node.first_child, ", ");
    case NodeKind::kUpdate:
      return update(node);
    case NodeKind::kSet:
      return joined(node.first_child, " = ");
    case NodeKind::kRemove:
    case NodeKind::kAdd:
    case NodeKind::kDelete:
      return joined(node.first_child, " ");
    default: {
      const std::string separator = " " + std::string(node_word(node.kind)) + " ";
      return joined(node.first_child, separator);
    }
  }
}

void Printer::path(const Node& node) {
  bool is_first = true;
  for (const PathElement& element : tree_.path(node)) {
    if (element.kind == PathElement::Kind::kIndex) {
      text_ += '[';
      if (element.written.empty()) {
        text_ += std::to_string(element.index);
      } else {
        text_ += element.written;
      }
      text_ += ']';
    } else {
      if (!is_first) text_ += '.';
      text_ += element.written.empty() ? element.name : element.written;
    }
    is_first = false;
  }
}

void Printer::function(const Node& node) {
  text_ +=
      node.kind == NodeKind::kFunction ? tree_.functions[node.begin].name : node_word(node.kind);
  text_ += '(';
  joined(node.first_child, ", ");
  text_ += ')';
}

void Printer::between(const Node& node) {
  const Node& middle = tree_[node.first_child];
  this->node(node.first_child);
  text_ += " BETWEEN ";
  this->node(middle.next);
  text_ += " AND ";
  this->node(tree_[middle.next].next);
}

void Printer::in(const Node& node) {
  this->node(node.first_child);
  text_ += " IN (";
  joined(tree_[node.first_child].next, ", ");
  text_ += ')';
}

// A section for each run of actions of a kind: there is one run of each.
void Printer::update(const Node& node) {
  NodeKind section = NodeKind::kUpdate;
  for (NodeId id = node.first_child; id != kNoNode; id = tree_[id].next) {
    const NodeKind kind = tree_[id].kind;
    if (kind == section) {
      text_ += ", ";
    } else {
      if (!text_.empty()) text_ += ' ';
      text_.append(node_word(kind)).append(" ");
      section = kind;
    }
    this->node(id);
  }
}

void Printer::joined(NodeId id, std::string_view separator) {
  for (bool is_first = true; id != kNoNode; id = tree_[id].next) {
    if (!is_first) text_ += separator;
    is_first = false;
    node(id);
  }
}

void Printer::part(NodeId id, NodeKind parent) {
  const NodeKind kind = tree_[id].kind;
  const bool needs_parens =
      kind == NodeKind::kOr || (kind == NodeKind::kAnd && parent != NodeKind::kOr);
  if (needs_parens) text_ += '(';
  node(id);
  if (needs_parens) text_ += ')';
}

bool equal_nodes(const Tree& a, NodeId x, const Tree& b, NodeId y) {
  while (x != kNoNode && y != kNoNode) {
    const Node& left = a[x];
    const Node& right = b[y];
    if (left.kind != right.kind || left.count != right.count) return false;
    if (left.kind == NodeKind::kPath) {
      for (uint32_t i = 0; i < left.count; ++i) {
        const PathElement& p = a.elements[left.begin + i];
        const PathElement& q = b.elements[right.begin + i];
        if (!(p == q) || p.written != q.written) return false;
      }
    } else if (left.kind == NodeKind::kValue) {
      if (a.value(left).placeholder != b.value(right).placeholder) return false;
    } else if (left.kind == NodeKind::kFunction) {
      if (a.functions[left.begin].name != b.functions[right.begin].name) return false;
    }
    if (!equal_nodes(a, left.first_child, b, right.first_child)) return false;
    x = left.next;
    y = right.next;
  }
  return x == y;
}

}  // namespace

std::string to_text(const Tree& tree) {
  return Printer(tree).print();
}

bool equal(const Tree& a, const Tree& b) {
  return equal_nodes(a, a.root, b, b.root);
}

}  // namespace jedlik::expression
