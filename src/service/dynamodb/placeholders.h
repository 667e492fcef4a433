#pragma once

#include <initializer_list>
#include <string_view>

#include "expression/placeholders.h"
#include "service/attribute_value.h"
#include "service/shape.h"

namespace jedlik::service::dynamodb {

// The placeholders of a request's expressions, checked. They borrow the names and values, which
// must outlive them. `expressions` and `missing`: see Placeholders::check.
Result<expression::Placeholders> make_placeholders(
    const Field<StringMap<std::string>>& names, const Field<StringMap<ValueInput>>& values,
    expression::Placeholders::Expressions expressions, std::string_view missing = {});

// Whether any of the parameters that hold expressions is there.
expression::Placeholders::Expressions any_of(std::initializer_list<bool> present);

}  // namespace jedlik::service::dynamodb
