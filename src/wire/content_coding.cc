#include "wire/content_coding.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "base/ensure.h"
#include "wire/ascii.h"

namespace jedlik::wire {
namespace {

constexpr int kGzipFrame = 16;  // added to the window size, zlib writes or reads gzip
constexpr int kWindow = 15;
constexpr int kMemoryLevel = 8;
// Fast: the answer waits for it, and so do the other clients of the thread.
constexpr int kLevel = 1;

Bytef* zlib_bytes(const char* bytes) {
  // zlib's interface has no const; it only reads its input.
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes));
}

// A quality value in thousandths; 1000 when there is none or it makes no sense.
int parse_quality(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = trim(take_until(parameters, ';'));
    if (parameter.size() < 3 || to_lower(parameter[0]) != 'q' || parameter[1] != '=') continue;
    const std::string_view text = parameter.substr(2);
    if (text[0] == '1') return 1000;
    if (text[0] != '0') return 1000;
    int quality = 0;
    int unit = 100;
    for (size_t i = 2; i < text.size() && unit > 0; ++i, unit /= 10) {
      if (text[i] >= '0' && text[i] <= '9') quality += (text[i] - '0') * unit;
    }
    return quality;
  }
  return 1000;
}

// An inflate stream that is ended whatever happens.
class Inflater {
 public:
  explicit Inflater(int window_bits) { ready_ = inflateInit2(&zlib_, window_bits) == Z_OK; }
  ~Inflater() {
    if (ready_) inflateEnd(&zlib_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  DecompressOutcome run(std::string_view compressed, size_t limit_bytes, InputBuffer& out) {
    if (!ready_) return DecompressOutcome::kNoMemory;
    zlib_.next_in = zlib_bytes(compressed.data());
    zlib_.avail_in = static_cast<uInt>(compressed.size());
    for (;;) {
      // One byte past the limit tells whether there is more.
      const auto space = out.space(limit_bytes + 1);
      if (space.empty()) return DecompressOutcome::kNoMemory;
      zlib_.next_out = zlib_bytes(space.data());
      zlib_.avail_out = static_cast<uInt>(std::min(space.size(), limit_bytes + 1 - out.size()));
      const uInt offered = zlib_.avail_out;
      const int code = inflate(&zlib_, Z_NO_FLUSH);
      out.commit(offered - zlib_.avail_out);
      if (out.size() > limit_bytes) return DecompressOutcome::kTooLarge;
      if (code == Z_MEM_ERROR) return DecompressOutcome::kNoMemory;
      if (code == Z_STREAM_END) {
        if (zlib_.avail_in == 0) return DecompressOutcome::kDone;
        // A gzip body may be several members, one after another.
        if (inflateReset(&zlib_) != Z_OK) return DecompressOutcome::kDamaged;
        continue;
      }
      if (code != Z_OK) return DecompressOutcome::kDamaged;
    }
  }

 private:
  z_stream zlib_{};
  bool ready_;
};

}  // namespace

std::optional<ContentCoding> parse_content_coding(std::string_view header) {
  const std::string_view name = trim(header);
  if (name.empty() || equals_lower(name, "identity")) return ContentCoding::kIdentity;
  if (equals_lower(name, "gzip") || equals_lower(name, "x-gzip")) return ContentCoding::kGzip;
  if (equals_lower(name, "deflate")) return ContentCoding::kDeflate;
  return std::nullopt;
}

ContentCoding choose_content_coding(std::string_view accept_encoding) {
  constexpr int kNotNamed = -1;
  int gzip = kNotNamed;
  int deflate = kNotNamed;
  int identity = kNotNamed;
  int others = 0;
  while (!accept_encoding.empty()) {
    std::string_view parameters = take_until(accept_encoding, ',');
    const std::string_view name = trim(take_until(parameters, ';'));
    const int quality = parse_quality(parameters);
    if (equals_lower(name, "gzip") || equals_lower(name, "x-gzip")) gzip = quality;
    if (equals_lower(name, "deflate")) deflate = quality;
    if (equals_lower(name, "identity")) identity = quality;
    if (name == "*") others = quality;
  }
  if (gzip == kNotNamed) gzip = others;
  if (deflate == kNotNamed) deflate = others;
  const int best = std::max(gzip, deflate);
  if (best <= 0 || best < identity) return ContentCoding::kIdentity;
  return gzip == best ? ContentCoding::kGzip : ContentCoding::kDeflate;
}

DecompressOutcome decompress(ContentCoding coding, std::string_view compressed, size_t limit_bytes,
                             InputBuffer& out) {
  if (coding == ContentCoding::kGzip)
    return Inflater(kWindow + kGzipFrame).run(compressed, limit_bytes, out);
  // The zlib frame begins with its method, 8, and two bytes that are a multiple of 31.
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(compressed[i]); };
  const bool framed =
      compressed.size() >= 2 && (byte(0) & 0x0F) == 8 && (byte(0) * 256 + byte(1)) % 31 == 0;
  return Inflater(framed ? kWindow : -kWindow).run(compressed, limit_bytes, out);
}

Compressor::~Compressor() {
  for (Stream* stream : {&gzip_, &deflate_}) {
    if (stream->is_ready) deflateEnd(&stream->zlib);
  }
}

Compressor::Stream& Compressor::stream(ContentCoding coding) {
  const bool gzip = coding == ContentCoding::kGzip;
  Stream& stream = gzip ? gzip_ : deflate_;
  if (stream.is_ready) {
    deflateReset(&stream.zlib);
    return stream;
  }
  const int window_bits = gzip ? kWindow + kGzipFrame : kWindow;
  const int code =
      deflateInit2(&stream.zlib, kLevel, Z_DEFLATED, window_bits, kMemoryLevel, Z_DEFAULT_STRATEGY);
  if (code != Z_OK) throw std::bad_alloc();
  stream.is_ready = true;
  return stream;
}

void Compressor::compress(ContentCoding coding, std::string_view body, std::string& out) {
  ENSURE(body.size() <= std::numeric_limits<uInt>::max(), "answers are far smaller than 4 GiB");
  z_stream& zlib = stream(coding).zlib;
  out.resize(deflateBound(&zlib, body.size()));
  zlib.next_in = zlib_bytes(body.data());
  zlib.avail_in = static_cast<uInt>(body.size());
  zlib.next_out = zlib_bytes(out.data());
  zlib.avail_out = static_cast<uInt>(out.size());
  const int code = deflate(&zlib, Z_FINISH);
  ENSURE(code == Z_STREAM_END, "deflateBound() bytes take all of it");
  out.resize(out.size() - zlib.avail_out);
}

}  // namespace jedlik::wire
