#include "wire/input_buffer.h"

#include <algorithm>
#include <cstring>

namespace jedlik::wire {

bool MemoryBudget::take(size_t bytes) {
  const size_t before = used_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  if (before + bytes <= limit_bytes_) return true;
  give_back(bytes);
  return false;
}

std::span<char> InputBuffer::space(size_t wanted_size) {
  if (size_ == capacity_) {
    size_t larger = capacity_ * 2;
    if (wanted_size > size_) larger = std::min(larger, wanted_size);
    if (!reserve(larger)) return {};
  }
  return {data_ + size_, capacity_ - size_};
}

void InputBuffer::erase(size_t from, size_t to) {
  std::memmove(data_ + from, data_ + to, size_ - to);
  size_ -= to - from;
}

void InputBuffer::consume(size_t bytes) {
  const size_t rest = size_ - bytes;
  if (grown_ && rest <= kOwnBytes) {
    std::memcpy(own_.data(), data_ + bytes, rest);
    release();
  } else if (rest > 0) {
    std::memmove(data_, data_ + bytes, rest);
  }
  size_ = rest;
}

bool InputBuffer::reserve(size_t bytes) {
  if (bytes <= capacity_) return true;
  const size_t counted = grown_ ? capacity_ : 0;
  if (!budget_.take(bytes - counted)) return false;
  // Large blocks are moved by the kernel, not copied.
  auto* memory = static_cast<char*>(std::realloc(grown_.get(), bytes + kPadding));  // NOLINT
  if (memory == nullptr) {
    budget_.give_back(bytes - counted);
    return false;
  }
  if (!grown_) std::memcpy(memory, data_, size_);
  (void)grown_.release();
  grown_.reset(memory);
  data_ = memory;
  capacity_ = bytes;
  return true;
}

void InputBuffer::release() {
  if (grown_) budget_.give_back(capacity_);
  grown_.reset();
  data_ = own_.data();
  capacity_ = kOwnBytes;
}

}  // namespace jedlik::wire
