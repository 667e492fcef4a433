#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jedlik::wire {

// Takes the chunks of a body apart (RFC 9112, section 7.1), in whatever pieces they arrive. What
// chunk extensions and trailers say is not used. Beast's own decoder is not, because it aborts (an
// assertion, Boost 1.81) where the last chunk arrives in pieces after none or in one.
class ChunkDecoder {
 public:
  enum class State : uint8_t {
    kMore,         // what is left of the bytes is the beginning of a line, if anything
    kDone,         // the body is complete; what is left of the bytes is not a part of it
    kMalformed,    // these are not chunks
    kLineTooLong,  // a line, or the trailers together, are longer than `max_line_bytes`
    kBodyTooLarge  // the body would be larger than `max_body_bytes`
  };

  ChunkDecoder(size_t max_body_bytes, size_t max_line_bytes)
      : body_left_(max_body_bytes),
        max_line_bytes_(max_line_bytes),
        trailer_left_(max_line_bytes) {}

  // Moves what `bytes` hold of the body to `out`, which is where they begin or to the left of it.
  // Says in taken() and written() how many bytes were dealt with and how many of them were body.
  // The next call begins with what was not taken.
  State decode(std::string_view bytes, char* out);

  size_t taken() const { return taken_; }
  size_t written() const { return written_; }

 private:
  enum class Part : uint8_t { kSize, kData, kDataEnd, kTrailer };

  State size_line(std::string_view line);
  State trailer_line(std::string_view line);

  Part part_ = Part::kSize;
  size_t chunk_left_ = 0;
  size_t body_left_;
  size_t max_line_bytes_;
  size_t trailer_left_;
  size_t taken_ = 0;
  size_t written_ = 0;
};

}  // namespace jedlik::wire
