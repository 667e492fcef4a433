#pragma once

#include <string_view>

namespace jedlik::service {

namespace detail {

// The compiler's text for this function, in which T is spelled out:
// "... [with T = jedlik::service::KeySchemaElement; ...]" or "... [T = jedlik::...]".
template <class T>
constexpr std::string_view text_with_type() {
  return __PRETTY_FUNCTION__;
}

template <class T>
constexpr std::string_view unqualified_name() {
  std::string_view text = text_with_type<T>();
  const size_t begin = text.find("T = ") + 4;
  text = text.substr(begin, text.find_first_of(";]", begin) - begin);
  const size_t scope = text.rfind("::");
  return scope == std::string_view::npos ? text : text.substr(scope + 2);
}

}  // namespace detail

// What the service's model calls a structure, which its error messages show. It is the name of the
// C++ structure, unless that says otherwise:
//
//   static constexpr std::string_view kShapeName = "PutRequest";
template <class T>
constexpr std::string_view shape_name() {
  if constexpr (requires { T::kShapeName; }) {
    return T::kShapeName;
  } else {
    return detail::unqualified_name<T>();
  }
}

}  // namespace jedlik::service
