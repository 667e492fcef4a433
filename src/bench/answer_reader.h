#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace jedlik::bench {

// The answer to a request. `body` is valid until the reader that holds it is reset.
struct Answer {
  int status = 0;
  std::string_view body;
  bool keeps_connection = true;
};

// Takes in one HTTP/1.1 answer (RFC 9112), with a Content-Length or in chunks, within a limit. Its
// buffer is kept for the next answer. One thread at a time.
//
//   reader.reset();
//   while (state == kPartial) { read into reader.space(); state = reader.received(size); }
class AnswerReader {
 public:
  enum class State { kPartial, kComplete, kMalformed, kTooLarge };

  // Of the whole answer, in bytes. DynamoDB's largest is BatchGetItem's with 16 MB.
  static constexpr size_t kMaxBytes = 20 * 1024 * 1024;

  AnswerReader();

  void reset();
  // Where the next bytes go; never empty while the state is kPartial.
  std::span<char> space() { return {buffer_.data() + size_, buffer_.size() - size_}; }
  // `size` bytes were put into space().
  State received(size_t size);

  // What was read; after kComplete.
  const Answer& answer() const { return answer_; }

 private:
  State advance();
  State read_head(size_t end);
  bool read_header(std::string_view line);
  State read_chunks();
  State make_room(size_t wanted);

  std::string buffer_;
  size_t size_ = 0;        // of what was received
  size_t body_begin_ = 0;  // 0 while the head is not complete
  size_t body_size_ = 0;   // of a body with a length; of what was put together of a body in chunks
  size_t chunk_at_ = 0;    // where the next chunk begins
  bool has_length_ = false;
  bool is_chunked_ = false;
  Answer answer_;
};

}  // namespace jedlik::bench
