#pragma once

#include <deque>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "expression/ast.h"
#include "value/stored_item.h"

// What the actions of an update come to for one item, before anything of it is changed.
namespace jedlik::expression {

// What is done at the path of an action.
struct Edit {
  enum class Kind : uint8_t { kNone, kPut, kRemove };

  Kind kind = Kind::kNone;
  std::optional<value::ValueView> value;  // of kPut
  bool is_done = false;
};

// Computes edits. Values of edits are valid as long as this, the item, and what the tree was made
// of.
class UpdateValues {
 public:
  // `wrong_type` is the message about an attribute or an operand of a type that does not fit.
  UpdateValues(const Tree& tree, const value::ItemView& old, std::string_view wrong_type)
      : tree_(tree), old_(old), wrong_type_(wrong_type) {}

  // Of one action. Refuses what cannot be computed, and a path to where nothing can be.
  Result<Edit> edit(const Node& action);

 private:
  Result<value::ValueView> operand(const Node& node);
  Result<value::ValueView> sum(const Node& node);
  Result<value::ValueView> appended_list(const Node& node);
  // An operand that must be of the type.
  Result<value::ValueView> operand_of(value::Type type, const Node& node);
  Result<Edit> add(const std::optional<value::ValueView>& old, const value::ValueView& added);
  Result<Edit> remove_members(const std::optional<value::ValueView>& old,
                              const value::ValueView& removed);
  Status check_place(PathView path) const;
  tl::unexpected<ApiError> wrong_type() const;
  value::ValueView joined(const value::ListView& left, const value::ListView& right);

  // Keeps a value that is neither in the request nor in the item.
  template <class Write>
  value::ValueView keep(Write write);

  const Tree& tree_;
  const value::ItemView& old_;
  std::string_view wrong_type_;
  std::deque<Bytes> kept_;
};

}  // namespace jedlik::expression
