#pragma once

#include <span>
#include <string_view>

// The words that cannot be attribute names in an expression unless a placeholder stands for them:
// 573 of them (Guide, "Reserved words in DynamoDB").
namespace jedlik::expression {

// Whatever the case of its letters.
bool is_reserved_word(std::string_view name);

// All of them in upper case, sorted.
std::span<const std::string_view> reserved_words();

}  // namespace jedlik::expression
