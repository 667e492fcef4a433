#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "expression/ast.h"
#include "expression/path_set.h"
#include "value/stored_item.h"

namespace jedlik::partiql {

// The paths after SELECT. What is found at each becomes an attribute of the result that is called
// by the path from its last name on: "x" of m.x, "l[0]" of m.l[0]. Of several with one name the one
// that comes last in the item counts. Valid as long as the names that it was made of. Any number of
// threads may apply it at once.
class SelectList {
 public:
  // Refuses paths that overlap.
  static Result<SelectList> make(const std::vector<expression::PathView>& paths);

  // Appends to `to` an item in stored form with what is found.
  void apply(const value::ItemView& item, Bytes& to) const;

  // The top-level attributes that it names, each once.
  std::vector<std::string_view> attribute_names() const;

 private:
  expression::PathSet paths_;       // numbers are places in names_
  std::vector<std::string> names_;  // each once
};

}  // namespace jedlik::partiql
