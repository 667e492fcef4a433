#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

namespace jedlik::wire {

// A limit on bytes, shared by all connections of a server. Any thread may use it.
class MemoryBudget {
 public:
  explicit MemoryBudget(size_t limit_bytes) : limit_bytes_(limit_bytes) {}

  // False, with nothing taken, when that would pass the limit.
  [[nodiscard]] bool take(size_t bytes);
  void give_back(size_t bytes) { used_bytes_.fetch_sub(bytes, std::memory_order_relaxed); }
  size_t used_bytes() const { return used_bytes_.load(std::memory_order_relaxed); }
  // To be called now and then: after a flood has gone by, gives the memory that malloc keeps of it
  // back to the system. Else it would stay, in pieces between what is still used.
  void release_memory_of_floods();

 private:
  const size_t limit_bytes_;
  std::atomic<size_t> used_bytes_{0};
  std::atomic<size_t> highest_bytes_{0};  // since memory was released
};

// The bytes that came on one connection and were not dealt with yet. A small request stays within
// the buffer itself; a larger one has memory of its own, which grows as its bytes arrive, counts
// against a budget and is given back with the request. One thread at a time.
class InputBuffer {
 public:
  // Holds an ordinary request of an SDK whole: about 1,000 bytes of header and a small body.
  static constexpr size_t kOwnBytes = 3072;
  // After the last byte there are always this many more that may be read (their content means
  // nothing): simdjson reads that far.
  static constexpr size_t kPadding = 64;

  explicit InputBuffer(MemoryBudget& budget) : budget_(budget) { data_ = own_.data(); }
  ~InputBuffer() { release(); }
  InputBuffer(const InputBuffer&) = delete;
  InputBuffer& operator=(const InputBuffer&) = delete;

  char* data() { return data_; }
  const char* data() const { return data_; }
  size_t size() const { return size_; }
  std::string_view view() const { return {data_, size_}; }

  // Free bytes after the last; at least one. When there is none left, the buffer doubles, but not
  // past `wanted_size` bytes where that is more than its size. Empty when the budget has no room.
  std::span<char> space(size_t wanted_size);
  // So many bytes of space() were filled.
  void commit(size_t bytes) { size_ += bytes; }
  // Cuts [from, to) out.
  void erase(size_t from, size_t to);
  // Drops the first `bytes`; what remains moves to the front, into the buffer itself if it fits.
  void consume(size_t bytes);
  // Makes room for `bytes` in all. False when the budget has none.
  [[nodiscard]] bool reserve(size_t bytes);

 private:
  void release();

  struct Free {
    void operator()(char* memory) const { std::free(memory); }  // NOLINT: from std::realloc
  };

  MemoryBudget& budget_;
  std::array<char, kOwnBytes + kPadding> own_;
  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = kOwnBytes;
  std::unique_ptr<char, Free> grown_;
};

}  // namespace jedlik::wire
