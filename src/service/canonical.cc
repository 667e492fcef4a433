#include "service/canonical.h"

namespace jedlik::service {

namespace {

template <class Elements, class AppendElement>
std::vector<Bytes> parts_of(const Elements& elements, AppendElement append) {
  std::vector<Bytes> parts;
  for (const auto& element : elements)
    append(parts.emplace_back(), element);
  return parts;
}

}  // namespace

void append_canonical(Bytes& to, const value::MapView& attributes) {
  detail::append_unordered(
      to, parts_of(attributes, [](Bytes& part, const value::MapView::Entry& entry) {
        detail::append_delimited(part, entry.name);
        append_canonical(part, entry.value);
      }));
}

void append_canonical(Bytes& to, const value::ValueView& value) {
  to.push_back(static_cast<char>(value.type()));
  switch (value.type()) {
    case value::Type::kMap:
      return append_canonical(to, value.map());
    case value::Type::kList: {
      const auto elements = value.list();
      append_varint(to, elements.size());
      for (const value::ValueView& element : elements)
        append_canonical(to, element);
      return;
    }
    case value::Type::kStringSet:
    case value::Type::kNumberSet:
    case value::Type::kBinarySet:
      return detail::append_unordered(
          to, parts_of(value.set(), [](Bytes& part, const value::ValueView& member) {
            part.append(member.bytes());
          }));
    default:
      detail::append_delimited(to, value.bytes());
  }
}

}  // namespace jedlik::service
