#pragma once

#include <string>

#include "tests/value/random_values.h"
#include "value/value.h"

// Random items in which random paths often find something and random values are often equal: few
// names, few texts, small numbers.
namespace jedlik::expression {

class RandomItems {
 public:
  using Random = value::RandomValues;

  explicit RandomItems(Random& random) : random_(random) {}

  std::string name() { return std::string(1, static_cast<char>('a' + random_.up_to(3))); }

  std::string text() {
    static constexpr const char* kTexts[] = {
        "", "a", "b", "ab", "abc", "\xC3\xA9", "\xF0\x9F\x98\x80"};
    return kTexts[random_.up_to(6)];
  }

  value::Number number() { return value::Number(static_cast<int64_t>(random_.up_to(4)) - 1); }

  value::Value scalar() {
    switch (random_.up_to(5)) {
      case 0:
        return value::Value(value::Null{});
      case 1:
        return value::Value(random_.one_in(2));
      case 2:
        return value::Value(value::Binary{text()});
      case 3:
        return value::Value(text());
      default:
        return value::Value(number());
    }
  }

  value::Value set() {
    switch (random_.up_to(2)) {
      case 0: {
        value::StringSet set;
        fill(set.members, [this] { return text(); });
        return value::Value(std::move(set));
      }
      case 1: {
        value::NumberSet set;
        fill(set.members, [this] { return number(); });
        return value::Value(std::move(set));
      }
      default: {
        value::BinarySet set;
        fill(set.members, [this] { return text(); });
        return value::Value(std::move(set));
      }
    }
  }

  value::Value any(int levels) {
    if (levels > 1 && random_.one_in(3)) return value::Value(list(levels - 1));
    if (levels > 1 && random_.one_in(3)) return value::Value(map(levels - 1));
    return random_.one_in(5) ? set() : scalar();
  }

  value::List list(int levels) {
    value::List list;
    for (size_t left = random_.up_to(4); left > 0; --left)
      list.push_back(any(levels));
    return list;
  }

  value::Map map(int levels) {
    value::Map map;
    for (size_t left = random_.up_to(4); left > 0; --left)
      map.set(name(), any(levels));
    return map;
  }

 private:
  template <class Members, class Make>
  void fill(Members& members, Make make) {
    for (size_t left = 1 + random_.up_to(2); left > 0; --left) {
      auto member = make();
      bool is_new = true;
      for (const auto& other : members)
        is_new = is_new && !(other == member);
      if (is_new) members.push_back(std::move(member));
    }
  }

  Random& random_;
};

}  // namespace jedlik::expression
