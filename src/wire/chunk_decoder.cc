#include "wire/chunk_decoder.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "wire/ascii.h"

namespace jedlik::wire {

namespace {

constexpr std::string_view kLineEnd = "\r\n";

// No control character may stand in a line but a tab: no lone line end hides a second line.
bool is_printable(std::string_view line) {
  return std::all_of(line.begin(), line.end(), [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  });
}

}  // namespace

ChunkDecoder::State ChunkDecoder::decode(std::string_view bytes, char* out) {
  taken_ = written_ = 0;
  while (true) {
    const std::string_view rest = bytes.substr(taken_);
    if (part_ == Part::kData) {
      const size_t size = std::min(chunk_left_, rest.size());
      std::memmove(out + written_, rest.data(), size);
      taken_ += size;
      written_ += size;
      chunk_left_ -= size;
      if (chunk_left_ > 0) return State::kMore;
      part_ = Part::kDataEnd;
      continue;
    }
    if (part_ == Part::kDataEnd) {
      if (rest.substr(0, 2) != kLineEnd.substr(0, rest.size())) return State::kMalformed;
      if (rest.size() < kLineEnd.size()) return State::kMore;
      taken_ += kLineEnd.size();
      part_ = Part::kSize;
      continue;
    }
    const size_t end = rest.find(kLineEnd);
    if (std::min(end, rest.size()) > max_line_bytes_) return State::kLineTooLong;
    if (end == std::string_view::npos) return State::kMore;
    taken_ += end + kLineEnd.size();
    const std::string_view line = rest.substr(0, end);
    const State state = part_ == Part::kSize ? size_line(line) : trailer_line(line);
    if (state != State::kMore) return state;
  }
}

ChunkDecoder::State ChunkDecoder::size_line(std::string_view line) {
  uint64_t size = 0;
  const char* const end = line.data() + line.size();
  const auto [stop, error] = std::from_chars(line.data(), end, size, 16);
  if (error == std::errc::result_out_of_range) return State::kBodyTooLarge;
  if (error != std::errc{}) return State::kMalformed;
  const std::string_view extension = trim({stop, static_cast<size_t>(end - stop)});
  if (!extension.empty() && (extension.front() != ';' || !is_printable(extension)))
    return State::kMalformed;
  if (size > body_left_) return State::kBodyTooLarge;
  body_left_ -= size;
  chunk_left_ = size;
  part_ = size > 0 ? Part::kData : Part::kTrailer;
  return State::kMore;
}

ChunkDecoder::State ChunkDecoder::trailer_line(std::string_view line) {
  if (line.empty()) return State::kDone;
  const size_t bytes = line.size() + kLineEnd.size();
  if (bytes > trailer_left_) return State::kLineTooLong;
  trailer_left_ -= bytes;
  const size_t colon = line.find(':');
  const bool is_field = colon != std::string_view::npos && colon > 0 &&
                        line.substr(0, colon).find_first_of(" \t") == std::string_view::npos;
  return is_field && is_printable(line) ? State::kMore : State::kMalformed;
}

}  // namespace jedlik::wire
