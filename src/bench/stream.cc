#include "bench/stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

namespace jedlik::bench {

void TlsContext::Free::operator()(SSL_CTX* context) const {
  SSL_CTX_free(context);
}

tl::expected<TlsContext, std::string> TlsContext::make() {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* raw = context.get();
  if (raw == nullptr || SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_default_verify_paths(raw) != 1) {
    return tl::unexpected<std::string>("OpenSSL could not be set up.");
  }
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
  return context;
}

void Stream::Free::operator()(SSL* ssl) const {
  SSL_free(ssl);
}

Stream::Stream() = default;

Stream::~Stream() {
  close();
}

void Stream::close() {
  ssl_.reset();
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  is_connected_ = false;
}

Stream::State Stream::failed(std::string problem) {
  problem_ = std::move(problem);
  close();
  return State::kFailed;
}

Stream::State Stream::begin_open(const Peer& peer) {
  close();
  const auto* address = reinterpret_cast<const sockaddr*>(&peer.address.bytes);
  fd_ = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return failed(std::strerror(errno));
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd_, address, peer.address.size) != 0 && errno != EINPROGRESS)
    return failed(std::strerror(errno));
  if (peer.tls != nullptr) return begin_tls(peer);
  return State::kWantsWrite;
}

Stream::State Stream::begin_tls(const Peer& peer) {
  ssl_.reset(SSL_new(peer.tls->get()));
  const std::string& host = peer.endpoint->host;
  X509_VERIFY_PARAM* verify = ssl_ == nullptr ? nullptr : SSL_get0_param(ssl_.get());
  if (verify == nullptr || SSL_set_fd(ssl_.get(), fd_) != 1)
    return failed("OpenSSL could not be set up");
  // A certificate names a host or an address; only a host is told to the server beforehand.
  if (X509_VERIFY_PARAM_set1_ip_asc(verify, host.c_str()) != 1) {
    ERR_clear_error();
    if (SSL_set1_host(ssl_.get(), host.c_str()) != 1 ||
        SSL_set_tlsext_host_name(ssl_.get(), host.c_str()) != 1) {
      return failed("OpenSSL does not take the host name");
    }
  }
  return State::kWantsWrite;
}

Stream::State Stream::open() {
  if (!is_connected_) {
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    if (error != 0) return failed(std::strerror(error));
    is_connected_ = true;
  }
  if (!ssl_) return State::kDone;
  ERR_clear_error();
  const int result = SSL_connect(ssl_.get());
  return result == 1 ? State::kDone : state_of_tls(result);
}

std::string Stream::tls_problem() const {
  const int64_t verified = SSL_get_verify_result(ssl_.get());
  if (verified != X509_V_OK) {
    return fmt::format("the certificate is not accepted: {}",
                       X509_verify_cert_error_string(verified));
  }
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  return fmt::format("TLS: {}", reason == nullptr ? "unknown error" : reason);
}

Stream::State Stream::state_of_tls(int result) {
  const int reason = errno;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return State::kWantsRead;
    case SSL_ERROR_WANT_WRITE:
      return State::kWantsWrite;
    case SSL_ERROR_ZERO_RETURN:
      return State::kClosed;
    case SSL_ERROR_SYSCALL:
      return reason == 0 ? State::kClosed : failed(std::strerror(reason));
    default:
      return failed(tls_problem());
  }
}

Stream::Moved Stream::read(std::span<char> to) {
  if (ssl_) {
    ERR_clear_error();
    errno = 0;
    const int size =
        SSL_read(ssl_.get(), to.data(), static_cast<int>(std::min<size_t>(to.size(), INT_MAX)));
    if (size > 0) return {State::kDone, static_cast<size_t>(size)};
    return {state_of_tls(size), 0};
  }
  const ssize_t size = recv(fd_, to.data(), to.size(), 0);
  if (size > 0) return {State::kDone, static_cast<size_t>(size)};
  if (size == 0) return {State::kClosed, 0};
  if (errno == EAGAIN || errno == EINTR) return {State::kWantsRead, 0};
  return {failed(std::strerror(errno)), 0};
}

Stream::Moved Stream::write(std::string_view bytes) {
  if (ssl_) {
    ERR_clear_error();
    errno = 0;
    const int size = SSL_write(ssl_.get(), bytes.data(),
                               static_cast<int>(std::min<size_t>(bytes.size(), INT_MAX)));
    if (size > 0) return {State::kDone, static_cast<size_t>(size)};
    return {state_of_tls(size), 0};
  }
  const ssize_t size = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (size >= 0) return {State::kDone, static_cast<size_t>(size)};
  if (errno == EAGAIN || errno == EINTR) return {State::kWantsWrite, 0};
  return {failed(std::strerror(errno)), 0};
}

}  // namespace jedlik::bench
