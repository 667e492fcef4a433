#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "bench/endpoint.h"

namespace jedlik::bench {

// How TLS is spoken: version 1.2 or newer, with the certificates of authorities that the system
// trusts (or those of SSL_CERT_FILE). Any thread may use it.
class TlsContext {
 public:
  // Refused with a sentence.
  static tl::expected<TlsContext, std::string> make();

  SSL_CTX* get() const { return context_.get(); }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const;
  };
  explicit TlsContext(SSL_CTX* context) : context_(context) {}
  std::unique_ptr<SSL_CTX, Free> context_;
};

// Who is talked to. What it points to outlives all that use it.
struct Peer {
  Address address;
  const Endpoint* endpoint;
  const TlsContext* tls;  // null: without TLS
};

// Bytes to and from a peer, over TCP or TLS. No function waits: where one would have to, it says
// for what, and is called again when the socket is ready for that. One thread at a time.
class Stream {
 public:
  enum class State {
    kDone,
    kWantsRead,
    kWantsWrite,
    kClosed,  // by the peer, in order
    kFailed,  // problem() says why
  };
  struct Moved {
    State state;
    size_t size;  // bytes that were read or written; positive when the state is kDone
  };

  Stream();
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Begins to connect. open() is called after it until it says kDone.
  State begin_open(const Peer& peer);
  State open();
  Moved read(std::span<char> to);
  Moved write(std::string_view bytes);
  void close();

  // -1 when it is closed. A stream that is opened again has another one.
  int fd() const { return fd_; }
  const std::string& problem() const { return problem_; }

 private:
  struct Free {
    void operator()(SSL* ssl) const;
  };
  State failed(std::string problem);
  State begin_tls(const Peer& peer);
  State state_of_tls(int result);
  std::string tls_problem() const;

  int fd_ = -1;
  bool is_connected_ = false;
  std::unique_ptr<SSL, Free> ssl_;
  std::string problem_;
};

}  // namespace jedlik::bench
