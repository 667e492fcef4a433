#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "wire/json_writer.h"

namespace jedlik::wire {

// Gathers the small pieces of JSON on the stack before they are appended to a string: an item is
// hundreds of pieces of a few bytes, and each append to a std::string takes about thirty
// instructions. What was put is in the string after flush(), or when this is gone.
class JsonBlock {
 public:
  explicit JsonBlock(std::string& to) : to_(to) {}
  ~JsonBlock() { flush(); }
  JsonBlock(const JsonBlock&) = delete;
  JsonBlock& operator=(const JsonBlock&) = delete;

  void put(char c) {
    if (used_ == block_.size()) flush();
    block_[used_++] = c;
  }

  // The first `size` of sixteen characters.
  void put_short(const std::array<char, 16>& text, size_t size) {
    make_room(text.size());
    std::memcpy(block_.data() + used_, text.data(), text.size());
    used_ += size;
  }

  // As append_json_string().
  void put_string(std::string_view text) {
    if (text.size() > kLongest) return append_json_string(string(), text);
    make_room(text.size() + 2 + kMayBeRead);
    char* copy = block_.data() + used_ + 1;
    std::memcpy(copy, text.data(), text.size());
    if (!is_plain_json({copy, text.size()})) return append_json_string(string(), text);
    copy[-1] = '"';
    copy[text.size()] = '"';
    used_ += text.size() + 2;
  }

  // The string, with all that was put, for what appends to it itself.
  std::string& string() {
    flush();
    return to_;
  }

 private:
  static constexpr size_t kLongest = 256;
  static constexpr size_t kMayBeRead = 15;  // behind a string, by is_plain_json()

  void make_room(size_t bytes) {
    if (block_.size() - used_ < bytes) flush();
  }
  void flush() {
    to_.append(block_.data(), used_);
    used_ = 0;
  }

  std::string& to_;
  size_t used_ = 0;
  std::array<char, 1024> block_ = {};
};

}  // namespace jedlik::wire
