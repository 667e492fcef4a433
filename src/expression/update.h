#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "expression/ast.h"
#include "expression/placeholders.h"
#include "expression/projection.h"
#include "value/stored_item.h"

// UpdateExpression (Guide, "Using update expressions"): SET, REMOVE, ADD and DELETE.
namespace jedlik::expression {

// An item after an update, in stored form, and its size in bytes as DynamoDB counts it. The caller
// holds it against limits::kItemBytes.
struct UpdatedItem {
  Bytes stored;
  size_t size_bytes = 0;
};

// An update, checked and with its placeholders resolved. Valid as long as the text and the
// placeholders that it was parsed from. Applying it changes nothing in it, so that a write which
// met a conflict can be computed again; any number of threads may.
class Update {
 public:
  // Where it comes from: AttributeUpdates has words of its own for what fails.
  enum class Source : uint8_t { kExpression, kLegacy };

  // `tree` is resolved and checked (parse_update), or built so by a translator: its root is an
  // kUpdate of actions whose paths are apart from each other.
  explicit Update(Tree tree, Source source = Source::kExpression);

  // The item after the update. All values are computed from `old` as it was before. Where there is
  // no item yet, `old` is one of the key attributes alone. Refuses, in the service's words, an
  // attribute that is not there, a path that leads nowhere, a type that does not fit, a number out
  // of range, a result nested too deep.
  Result<UpdatedItem> apply(const value::ItemView& old) const;

  // Refuses an update of an attribute that is part of the table's key.
  Status check_names_no_key(std::span<const std::string_view> key_names) const;

  // Whether there is nothing but REMOVE and DELETE: no item comes to be by that.
  bool only_removes() const;

  // The top-level attributes that a value of the request is set or added to.
  struct GivenValue {
    std::string_view attribute;
    value::ValueView value;
    bool is_default;  // of if_not_exists
  };
  std::vector<GivenValue> given_values() const;

  // The paths that are changed, for ReturnValues UPDATED_OLD (applied to the item as it was) and
  // UPDATED_NEW (to the item as it is). Their names are the attributes that are changed.
  const Projection& changed_paths() const { return changed_paths_; }

  const Tree& tree() const { return tree_; }

 private:
  Tree tree_;
  Source source_;
  Projection changed_paths_;  // the number of a path is that of its action
};

Result<Update> parse_update(std::string_view text, Placeholders& placeholders);

}  // namespace jedlik::expression
