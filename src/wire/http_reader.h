#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "wire/chunk_decoder.h"
#include "wire/http_message.h"
#include "wire/http_options.h"
#include "wire/input_buffer.h"

namespace jedlik::wire {

// Reads requests out of the bytes of one connection, in whatever pieces they come; it knows no
// sockets. Framing by Content-Length or chunks, bodies decoded from gzip and deflate, all within
// the limits of `options`. One thread.
//
//   for (;;) switch (reader.advance()) { ... }
//
// `options`, `budget` and `pool` must outlive it.
class HttpReader {
 public:
  enum class State : uint8_t {
    kIdle,      // no byte of a request is there: receive
    kHeader,    // part of a header block is there: receive
    kBody,      // part of a body is there: receive
    kContinue,  // the client waits for "100 Continue"; tell it, then go on
    kComplete,  // exchange() holds a request; answer it, then next()
    kRefused,   // refusal() tells why; what follows on this connection cannot be read
  };

  HttpReader(const HttpOptions& options, MemoryBudget& budget, ExchangePool& pool);
  ~HttpReader();
  HttpReader(const HttpReader&) = delete;
  HttpReader& operator=(const HttpReader&) = delete;

  // Where to receive to; empty when the server holds too many bytes.
  std::span<char> space();
  // So many bytes were received there.
  void received(size_t bytes) { input_.commit(bytes); }
  // Goes as far as the bytes allow.
  State advance();

  HttpExchange& exchange() { return *exchange_; }
  HttpRefusal refusal() const { return refusal_; }
  // Whether the connection may be used for another request after this one.
  bool keep_alive() const { return keep_alive_; }
  // Whether the client speaks HTTP/1.0, which has to be told that the connection stays open.
  bool is_http_1_0() const { return is_http_1_0_; }
  // Refuses the request that is being read, for a reason of the caller's.
  State refuse(HttpRefusal why);
  // Forgets the request that was answered; its bytes and its exchange are given back.
  void next();
  // Has an exchange for an answer even where there is no request.
  HttpExchange& exchange_for_refusal();
  // Forgets all bytes: for a client that is to be refused but still sends.
  void discard() { input_.consume(input_.size()); }

 private:
  State read_head();
  State parse_head(size_t head_bytes);
  State start_body(size_t head_bytes);
  State read_sized_body();
  State read_chunks();
  State complete(size_t body_bytes);
  State decode_body(std::string_view encodings);

  const HttpOptions& options_;
  ExchangePool& pool_;
  InputBuffer input_;
  // A body after its Content-Encoding was undone.
  std::unique_ptr<InputBuffer> decoded_;
  MemoryBudget& budget_;
  std::unique_ptr<HttpExchange> exchange_;
  // From the end of a header block to the end of a chunked body.
  std::optional<ChunkDecoder> chunks_;

  State state_ = State::kIdle;
  HttpRefusal refusal_ = HttpRefusal::kMalformed;
  bool keep_alive_ = false;
  bool is_http_1_0_ = false;
  bool continue_wanted_ = false;
  // All below are places in the input.
  size_t looked_at_ = 0;    // no header block ends before this
  size_t head_end_ = 0;     // where the body begins
  size_t body_end_ = 0;     // where it ends, as far as it is known
  size_t wanted_size_ = 0;  // how large the input will be at least; 0 when that is unknown
};

}  // namespace jedlik::wire
