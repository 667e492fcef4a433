#include "service/dynamodb/placeholders.h"

#include <algorithm>

namespace jedlik::service::dynamodb {

using expression::Placeholders;

Result<Placeholders> make_placeholders(const Field<StringMap<std::string>>& names,
                                       const Field<StringMap<ValueInput>>& values,
                                       Placeholders::Expressions expressions,
                                       std::string_view missing) {
  Placeholders placeholders;
  placeholders.add_all(names ? &*names : nullptr, values ? &*values : nullptr);
  RETURN_IF_REFUSED(placeholders.check(expressions, missing));
  return placeholders;
}

Placeholders::Expressions any_of(std::initializer_list<bool> present) {
  const bool any = std::find(present.begin(), present.end(), true) != present.end();
  return any ? Placeholders::Expressions::kSome : Placeholders::Expressions::kNone;
}

}  // namespace jedlik::service::dynamodb
