#include "expression/update_values.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "expression/document_path.h"
#include "value/refusals.h"

namespace jedlik::expression {

namespace {

using value::Type;
using value::ValueView;

tl::unexpected<ApiError> no_such_attribute() {
  return refuse(
      validation("The provided expression refers to an attribute that does not exist in the item"));
}

// The members of a set, to be looked for. The sets of a request and of an item may both be large.
class Members {
 public:
  explicit Members(const value::SetView& set) {
    for (const ValueView& member : set)
      sorted_.push_back(member.bytes());
    std::sort(sorted_.begin(), sorted_.end());
  }

  bool has(const ValueView& member) const {
    return std::binary_search(sorted_.begin(), sorted_.end(), member.bytes());
  }

 private:
  std::vector<BytesView> sorted_;
};

}  // namespace

template <class Write>
ValueView UpdateValues::keep(Write write) {
  Bytes& bytes = kept_.emplace_back();
  value::ItemWriter writer(bytes, value::ItemWriter::Form::kValue);
  write(writer);
  writer.finish();
  return ValueView(BytesView(bytes));
}

tl::unexpected<ApiError> UpdateValues::wrong_type() const {
  return refuse(validation(std::string(wrong_type_)));
}

Result<Edit> UpdateValues::edit(const Node& action) {
  const Node& target = tree_[action.first_child];
  const PathView path = tree_.path(target);
  if (action.kind == NodeKind::kRemove) {
    RETURN_IF_REFUSED(check_place(path));
    return Edit{Edit::Kind::kRemove, std::nullopt};
  }
  const Result<ValueView> value = operand(tree_[target.next]);
  RETURN_IF_REFUSED(value);
  RETURN_IF_REFUSED(check_place(path));
  if (action.kind == NodeKind::kSet) return Edit{Edit::Kind::kPut, *value};
  const std::optional<ValueView> old = find(old_, path);
  return action.kind == NodeKind::kAdd ? add(old, *value) : remove_members(old, *value);
}

// That there is a map or a list where the last step of the path is to be made.
Status UpdateValues::check_place(PathView path) const {
  if (path.size() == 1) return {};
  const std::optional<ValueView> parent = find(old_, path.first(path.size() - 1));
  const Type wanted = path.back().kind == PathElement::Kind::kName ? Type::kMap : Type::kList;
  if (parent && parent->type() == wanted) return {};
  return refuse(
      validation("The document path provided in the update expression is invalid for update"));
}

Result<ValueView> UpdateValues::operand(const Node& node) {
  switch (node.kind) {
    case NodeKind::kValue:
      return *tree_.value(node).value;
    case NodeKind::kPath: {
      const std::optional<ValueView> found = find(old_, tree_.path(node));
      if (!found) return no_such_attribute();
      return *found;
    }
    case NodeKind::kIfNotExists: {
      const Node& path = tree_[node.first_child];
      const std::optional<ValueView> found = find(old_, tree_.path(path));
      if (found) return *found;
      return operand(tree_[path.next]);
    }
    case NodeKind::kListAppend:
      return appended_list(node);
    default:
      return sum(node);
  }
}

Result<ValueView> UpdateValues::operand_of(Type type, const Node& node) {
  Result<ValueView> value = operand(node);
  if (value && value->type() != type) return wrong_type();
  return value;
}

Result<ValueView> UpdateValues::sum(const Node& node) {
  const Node& left_node = tree_[node.first_child];
  const Result<ValueView> left = operand_of(Type::kNumber, left_node);
  RETURN_IF_REFUSED(left);
  const Result<ValueView> right = operand_of(Type::kNumber, tree_[left_node.next]);
  RETURN_IF_REFUSED(right);
  const auto result = node.kind == NodeKind::kPlus
                          ? value::Number::add(left->number(), right->number())
                          : value::Number::subtract(left->number(), right->number());
  if (!result) return refuse(value::bad_number(result.error(), {}));
  return keep([&](value::ItemWriter& writer) { writer.number(*result); });
}

Result<ValueView> UpdateValues::appended_list(const Node& node) {
  const Node& left_node = tree_[node.first_child];
  const Result<ValueView> left = operand_of(Type::kList, left_node);
  RETURN_IF_REFUSED(left);
  const Result<ValueView> right = operand_of(Type::kList, tree_[left_node.next]);
  RETURN_IF_REFUSED(right);
  return joined(left->list(), right->list());
}

ValueView UpdateValues::joined(const value::ListView& left, const value::ListView& right) {
  return keep([&](value::ItemWriter& writer) {
    writer.open_list();
    for (const ValueView& element : left)
      writer.value(element);
    for (const ValueView& element : right)
      writer.value(element);
    writer.close();
  });
}

Result<Edit> UpdateValues::add(const std::optional<ValueView>& old, const ValueView& added) {
  if (!old) return Edit{Edit::Kind::kPut, added};
  if (old->type() != added.type()) return wrong_type();
  if (added.type() == Type::kNumber) {
    const auto result = value::Number::add(old->number(), added.number());
    if (!result) return refuse(value::bad_number(result.error(), {}));
    return Edit{Edit::Kind::kPut, keep([&](value::ItemWriter& writer) { writer.number(*result); })};
  }
  if (added.type() == Type::kList) return Edit{Edit::Kind::kPut, joined(old->list(), added.list())};
  const Members there(old->set());
  return Edit{Edit::Kind::kPut, keep([&](value::ItemWriter& writer) {
                writer.open_set(added.type());
                for (const ValueView& member : old->set())
                  writer.value(member);
                for (const ValueView& member : added.set())
                  if (!there.has(member)) writer.value(member);
                writer.close();
              })};
}

Result<Edit> UpdateValues::remove_members(const std::optional<ValueView>& old,
                                          const ValueView& removed) {
  if (!old) return Edit{};
  if (old->type() != removed.type()) return wrong_type();
  const Members gone(removed.set());
  size_t left = 0;
  const ValueView rest = keep([&](value::ItemWriter& writer) {
    writer.open_set(removed.type());
    for (const ValueView& member : old->set()) {
      if (gone.has(member)) continue;
      writer.value(member);
      ++left;
    }
    writer.close();
  });
  if (left == 0) return Edit{Edit::Kind::kRemove, std::nullopt};
  return Edit{Edit::Kind::kPut, rest};
}

}  // namespace jedlik::expression
