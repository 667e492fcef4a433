#include "wire/http_server.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "base/ensure.h"

namespace jedlik::wire {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
using Error = boost::system::error_code;

std::string listen_problem(const std::string& host, uint16_t port, const Error& error) {
  const std::string place = fmt::format("{}:{}", host, port);
  if (error == asio::error::address_in_use)
    return fmt::format("cannot listen on {}: another program does so already", place);
  if (error == asio::error::access_denied)
    return fmt::format("cannot listen on {}: the system does not allow this port", place);
  return fmt::format("cannot listen on {}: {}", place, error.message());
}

// A listening socket. The first one of a server is bound alone, so that a second server on the port
// is refused; only then does it share the port with the server's other sockets.
tcp::acceptor open_acceptor(asio::io_context& context, const tcp::endpoint& endpoint, bool first,
                            Error& error) {
  tcp::acceptor acceptor(context);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && !first) acceptor.set_option(ReusePort(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error && first) acceptor.set_option(ReusePort(true), error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  return acceptor;
}

}  // namespace

HttpServer::HttpServer(const HttpOptions& options, size_t threads, const Clock& clock)
    : shared_(options, clock), undrained_(threads) {
  ENSURE(threads > 0, "a server has a thread");
  for (size_t i = 0; i < threads; ++i)
    workers_.push_back(std::make_unique<HttpWorker>(shared_));
}

HttpServer::~HttpServer() = default;

asio::any_io_executor HttpServer::executor(size_t thread) {
  return workers_.at(thread)->context().get_executor();
}

tl::expected<uint16_t, std::string> HttpServer::listen(const std::string& host, uint16_t port,
                                                       const MakeHandler& make_handler) {
  Error error;
  const auto address = asio::ip::make_address(host, error);
  if (error) {
    return tl::unexpected<std::string>(
        fmt::format("cannot listen on {}:{}: {} is not an IP address", host, port, host));
  }
  tcp::endpoint endpoint(address, port);
  std::vector<tcp::acceptor> acceptors;
  for (const auto& worker : workers_) {
    acceptors.push_back(open_acceptor(worker->context(), endpoint, acceptors.empty(), error));
    if (!error) endpoint = acceptors.back().local_endpoint(error);
    if (error) return tl::unexpected<std::string>(listen_problem(host, port, error));
  }
  for (size_t i = 0; i < workers_.size(); ++i)
    workers_[i]->start(std::move(acceptors[i]), make_handler(), [this] { worker_drained(); });
  return endpoint.port();
}

void HttpServer::run() {
  std::vector<std::jthread> threads;
  for (size_t i = 1; i < workers_.size(); ++i) {
    threads.emplace_back([this, i] {
      pthread_setname_np(pthread_self(), fmt::format("wire-{}", i).c_str());
      workers_[i]->run();
    });
  }
  workers_[0]->run();
}

void HttpServer::stop() {
  for (const auto& worker : workers_)
    asio::post(worker->context(), [&worker = *worker] { worker.begin_stop(); });
}

void HttpServer::worker_drained() {
  // A thread that is done goes on serving what others may have for it until all are.
  if (undrained_.fetch_sub(1) > 1) return;
  for (const auto& worker : workers_)
    worker->context().stop();
}

void HttpServer::sweep() {
  std::vector<std::future<void>> done;
  for (const auto& worker : workers_) {
    auto promise = std::make_shared<std::promise<void>>();
    done.push_back(promise->get_future());
    asio::post(worker->context(), [&worker = *worker, promise] {
      worker.sweep();
      promise->set_value();
    });
  }
  for (auto& future : done)
    future.wait();
}

}  // namespace jedlik::wire
