#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/input_buffer.h"

// Content codings of HTTP (RFC 9110, 8.4): gzip and deflate, in both directions.
namespace jedlik::wire {

enum class ContentCoding : uint8_t { kIdentity, kGzip, kDeflate };

// What a Content-Encoding header names; nothing when that is another coding or several.
std::optional<ContentCoding> parse_content_coding(std::string_view header);

// What an Accept-Encoding header likes best of the codings there are. Quality values count; gzip
// goes before deflate.
ContentCoding choose_content_coding(std::string_view accept_encoding);

enum class DecompressOutcome : uint8_t { kDone, kDamaged, kTooLarge, kNoMemory };

// Undoes gzip or deflate into the empty `out`, which grows as bytes come out, up to `limit_bytes`:
// a small body may unfold to a very large one. "deflate" is taken with and without its zlib frame,
// as clients send both.
DecompressOutcome decompress(ContentCoding coding, std::string_view compressed, size_t limit_bytes,
                             InputBuffer& out);

// Compresses answers. Keeps its tables (about 256 KiB for each coding used), so there is one for a
// thread.
class Compressor {
 public:
  Compressor() = default;
  ~Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  // Puts `body`, compressed as gzip or deflate, into `out`, whatever that held.
  void compress(ContentCoding coding, std::string_view body, std::string& out);

 private:
  struct Stream {
    z_stream zlib{};
    bool is_ready = false;
  };
  Stream& stream(ContentCoding coding);

  Stream gzip_;
  Stream deflate_;
};

}  // namespace jedlik::wire
