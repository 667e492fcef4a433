#include "wire/input_buffer.h"

#include <malloc.h>

#include <algorithm>
#include <cstring>

namespace jedlik::wire {

namespace {

// What is worth the milliseconds that malloc needs to look through its memory.
constexpr size_t kFloodBytes = size_t{64} * 1024 * 1024;

}  // namespace

bool MemoryBudget::take(size_t bytes) {
  const size_t used = used_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (used > limit_bytes_) {
    give_back(bytes);
    return false;
  }
  size_t highest = highest_bytes_.load(std::memory_order_relaxed);
  while (used > highest &&
         !highest_bytes_.compare_exchange_weak(highest, used, std::memory_order_relaxed)) {
  }
  return true;
}

void MemoryBudget::release_memory_of_floods() {
  size_t highest = highest_bytes_.load(std::memory_order_relaxed);
  const size_t used = used_bytes();
  if (highest < kFloodBytes || used > highest / 4) return;
  // One of the threads does it.
  if (highest_bytes_.compare_exchange_strong(highest, used, std::memory_order_relaxed))
    malloc_trim(0);
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
