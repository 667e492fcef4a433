#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "value/value.h"

// Random values for the tests of this room. A test prints its seed, which is always the same unless
// the environment has another, JEDLIK_SEED, or JEDLIK_SEED=random.
namespace jedlik::value {

class RandomValues {
 public:
  RandomValues() : RandomValues(seed_of_run()) {}
  explicit RandomValues(uint64_t seed) : generator_(seed) {
    std::cout << "JEDLIK_SEED=" << seed << '\n';
  }

  // From 0 to `most`, both included.
  size_t up_to(size_t most) { return std::uniform_int_distribution<size_t>(0, most)(generator_); }
  int between(int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(generator_);
  }
  bool one_in(size_t n) { return up_to(n - 1) == 0; }

  // Few different bytes, with the ones that encodings care about among them, so that random
  // strings often share beginnings.
  Bytes bytes(size_t most) {
    constexpr char kBytes[] = {'\x00', '\x01', '\x02', '\xFE', '\xFF', 'a', 'b', '\x7F', '\x80'};
    Bytes bytes(up_to(most), ' ');
    for (char& byte : bytes)
      byte = kBytes[up_to(sizeof kBytes - 1)];
    return bytes;
  }

  std::string text(size_t most) {
    constexpr char kCharacters[] = {'\0', '\x01', 'a', 'b', '"', '\\'};
    std::string text;
    for (size_t left = up_to(most); left > 0; --left) {
      if (one_in(8)) {
        text += "\xC3\xA9";
      } else {
        text += kCharacters[up_to(sizeof kCharacters - 1)];
      }
    }
    return text;
  }

  // The text of a valid number in scientific form, of any length and magnitude.
  std::string number_text() {
    const int digits = one_in(3) ? Number::kMaxDigits : between(1, Number::kMaxDigits);
    std::string text = one_in(2) ? "-" : "";
    for (int i = 0; i < digits; ++i)
      text += static_cast<char>('0' + (one_in(4) ? 0 : between(0, 9)));
    text[text.size() - static_cast<size_t>(digits)] = static_cast<char>('1' + between(0, 8));
    // Small exponents more often than the far ends.
    const int range = one_in(3) ? 1000 : 5;
    const int lowest = std::max(-130, -range) - (digits - 1);
    const int highest = std::min(125, range) - (digits - 1);
    text += 'e';
    text += std::to_string(between(lowest, highest));
    return text;
  }

  Number number() {
    if (one_in(8)) return Number(between(-3, 3));
    return *Number::parse(number_text());
  }

  // `levels` is how many levels of nesting the value may have.
  Value value(int levels) {
    const int kind = between(0, levels > 1 ? 10 : 8);
    switch (kind) {
      case 0:
        return Value(Null{});
      case 1:
        return Value(one_in(2));
      case 2:
        return Value(Binary{bytes(one_in(10) ? 300 : 10)});
      case 3:
        return Value(text(one_in(10) ? 300 : 10));
      case 4:
      case 5:
        return Value(number());
      case 6:
        return Value(string_set());
      case 7:
        return Value(number_set());
      case 8:
        return Value(binary_set());
      case 9: {
        List list;
        for (size_t left = up_to(4); left > 0; --left)
          list.push_back(value(levels - 1));
        return Value(std::move(list));
      }
      default:
        return Value(map(levels - 1, 4));
    }
  }

  // Values of up to `levels` levels under up to `most` names.
  Map map(int levels, size_t most) {
    Map map;
    for (size_t left = up_to(most); left > 0; --left)
      map.set(text(6), value(levels));
    return map;
  }

  Item item() { return map(one_in(10) ? limits::kNestingLevels : 4, 8); }

 private:
  static uint64_t seed_of_run() {
    const char* seed = std::getenv("JEDLIK_SEED");
    if (seed == nullptr) return 1;
    if (std::string_view(seed) == "random") return std::random_device()();
    return std::strtoull(seed, nullptr, 10);
  }

  template <class Member, class Make>
  std::vector<Member> members(Make make) {
    std::vector<Member> members = {make()};
    for (size_t left = up_to(4); left > 0; --left) {
      Member member = make();
      bool present = false;
      for (const Member& other : members)
        present = present || other == member;
      if (!present) members.push_back(std::move(member));
    }
    return members;
  }
  StringSet string_set() {
    return {members<std::string>([this] { return text(5); })};
  }
  NumberSet number_set() {
    return {members<Number>([this] { return number(); })};
  }
  BinarySet binary_set() {
    return {members<Bytes>([this] { return bytes(5); })};
  }

  std::mt19937_64 generator_;
};

}  // namespace jedlik::value
