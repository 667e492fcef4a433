#include "bench/answer_reader.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

namespace jedlik::bench {

namespace {

constexpr size_t kFirstBytes = 16 * 1024;
constexpr size_t kMaxHeadBytes = 64 * 1024;
constexpr size_t kMaxChunkLine = 4 * 1024;

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
         });
}

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::optional<size_t> number(std::string_view text, int base) {
  size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

AnswerReader::AnswerReader() : buffer_(kFirstBytes, '\0') {}

void AnswerReader::reset() {
  size_ = body_begin_ = body_size_ = chunk_at_ = 0;
  has_length_ = is_chunked_ = false;
  answer_ = Answer();
}

AnswerReader::State AnswerReader::received(size_t size) {
  size_ += size;
  return advance();
}

AnswerReader::State AnswerReader::advance() {
  if (body_begin_ == 0) {
    const size_t end = std::string_view(buffer_.data(), size_).find("\r\n\r\n");
    if (end == std::string_view::npos)
      return size_ > kMaxHeadBytes ? State::kTooLarge : make_room(size_ + 1);
    if (const State state = read_head(end); state != State::kPartial) return state;
  }
  if (is_chunked_) return read_chunks();
  if (size_ < body_begin_ + body_size_) return make_room(body_begin_ + body_size_);
  // What comes after the answer belongs to no request.
  if (size_ > body_begin_ + body_size_) return State::kMalformed;
  answer_.body = {buffer_.data() + body_begin_, body_size_};
  return State::kComplete;
}

// kPartial when all is well.
AnswerReader::State AnswerReader::read_head(size_t end) {
  std::string_view head(buffer_.data(), end);
  // "HTTP/1.1 200 OK"
  if (head.size() < 12 || !head.starts_with("HTTP/1.") || head[8] != ' ') return State::kMalformed;
  const auto status = number(head.substr(9, 3), 10);
  if (!status || *status < 200) return State::kMalformed;
  answer_.status = static_cast<int>(*status);
  answer_.keeps_connection = head[7] != '0';
  for (size_t line_end = head.find("\r\n"); line_end != std::string_view::npos;) {
    head.remove_prefix(line_end + 2);
    line_end = head.find("\r\n");
    if (!read_header(head.substr(0, line_end))) return State::kMalformed;
  }
  // A body that ends with the connection has no place where requests follow each other.
  if (!is_chunked_ && !has_length_) return State::kMalformed;
  if (is_chunked_) body_size_ = 0;  // a length beside chunks counts for nothing
  if (body_size_ > kMaxBytes) return State::kTooLarge;
  body_begin_ = end + 4;
  chunk_at_ = body_begin_;
  return State::kPartial;
}

bool AnswerReader::read_header(std::string_view line) {
  // The three that matter begin with these letters.
  const char first = line.empty() ? '\0' : static_cast<char>(line.front() | 0x20);
  if (first != 'c' && first != 't') return true;
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (equals_ignoring_case(name, "content-length")) {
    const auto length = number(value, 10);
    has_length_ = length.has_value();
    body_size_ = length.value_or(0);
    return has_length_;
  }
  if (equals_ignoring_case(name, "transfer-encoding")) {
    is_chunked_ = equals_ignoring_case(value, "chunked");
    return is_chunked_;
  }
  if (equals_ignoring_case(name, "connection")) {
    if (equals_ignoring_case(value, "close")) answer_.keeps_connection = false;
    if (equals_ignoring_case(value, "keep-alive")) answer_.keeps_connection = true;
  }
  return true;
}

// Moves the data of each whole chunk to the end of the body so far.
AnswerReader::State AnswerReader::read_chunks() {
  for (;;) {
    const std::string_view rest(buffer_.data() + chunk_at_, size_ - chunk_at_);
    const size_t line_end = rest.find("\r\n");
    if (line_end == std::string_view::npos)
      return rest.size() > kMaxChunkLine ? State::kMalformed : make_room(size_ + 1);
    const auto length = number(trim(rest.substr(0, std::min(line_end, rest.find(';')))), 16);
    if (!length) return State::kMalformed;
    if (*length > kMaxBytes) return State::kTooLarge;
    if (*length == 0) {
      // The trailer ends with an empty line.
      const size_t end = rest.find("\r\n\r\n", line_end);
      if (end == std::string_view::npos)
        return rest.size() > kMaxHeadBytes ? State::kTooLarge : make_room(size_ + 1);
      answer_.body = {buffer_.data() + body_begin_, body_size_};
      return end + 4 == rest.size() ? State::kComplete : State::kMalformed;
    }
    const size_t whole = line_end + 2 + *length + 2;
    if (rest.size() < whole) return make_room(chunk_at_ + whole);
    if (rest.substr(whole - 2, 2) != "\r\n") return State::kMalformed;
    std::memmove(buffer_.data() + body_begin_ + body_size_, rest.data() + line_end + 2, *length);
    body_size_ += *length;
    chunk_at_ += whole;
  }
}

AnswerReader::State AnswerReader::make_room(size_t wanted) {
  if (wanted > kMaxBytes) return State::kTooLarge;
  if (wanted > buffer_.size()) buffer_.resize(std::min(kMaxBytes, std::max(wanted, 2 * size_)));
  return State::kPartial;
}

}  // namespace jedlik::bench
