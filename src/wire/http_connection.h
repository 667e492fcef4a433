#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

#include "base/task.h"
#include "wire/http_reader.h"
#include "wire/http_writer.h"

namespace jedlik::wire {

class HttpWorker;

// One client: a coroutine that reads a request, has it answered, writes the answer, and so on. It
// lives on its worker's thread from accept to close, and is in the worker's list for that time.
class HttpConnection : public boost::intrusive::list_base_hook<
                           boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  HttpConnection(HttpWorker& worker, boost::asio::ip::tcp::socket socket);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // The life of the connection. Owns it.
  static Task<void> serve(std::unique_ptr<HttpConnection> connection);

  // Closes the connection if it did nothing for as long as its phase allows. To be called now and
  // then: a phase is timed from the first call that sees it, so no timer is set and no clock read
  // while requests are served.
  void sweep(TimePoint now);
  // Closes the connection once its request is answered, or now if there is none.
  void stop();
  void close();

 private:
  enum class Phase : uint8_t { kIdle, kHeader, kBody, kHandling, kWriting, kLingering };
  enum class WriteOutcome : uint8_t { kDone, kBlocked, kBroken };

  // How a step of serve() ends.
  enum class Next : uint8_t { kGoOn, kClose };

  void enter(Phase phase);
  void count_progress(size_t bytes);
  std::chrono::milliseconds timeout() const;
  // A whole request is there.
  Task<Next> receive(Phase phase);
  Task<Next> send_continue();
  Task<void> send_refusal();
  Task<WriteOutcome> finish_write();
  // Writes what can be written without waiting.
  WriteOutcome write_some();
  void prepare_answer(ConnectionFate fate);
  ConnectionFate fate() const;

  HttpWorker& worker_;
  boost::asio::ip::tcp::socket socket_;
  HttpReader reader_;
  size_t sent_bytes_ = 0;  // of the answer being written
  Phase phase_ = Phase::kIdle;
  bool stopping_ = false;
  // Counts up with every step that shows the client to be alive; the sweep compares.
  uint32_t activity_ = 0;
  uint32_t seen_activity_ = 0;
  size_t progress_bytes_ = 0;  // since the last step of that kind
  TimePoint seen_since_;
};

}  // namespace jedlik::wire
