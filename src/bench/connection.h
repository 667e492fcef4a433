#pragma once

#include <string>

#include "bench/answer_reader.h"
#include "bench/operation_source.h"
#include "bench/stream.h"

namespace jedlik::bench {

// One connection to the peer, with one request after the other. No function waits; go_on() is
// called when the socket is ready. One thread at a time.
class Connection {
 public:
  enum class Event {
    kNothing,   // waits for the socket
    kOpened,    // takes a request
    kAnswered,  // answer() is valid until the next call; takes a request unless is_open() is false
    kLost,      // closed; failure() says why
  };

  // `peer` outlives this.
  explicit Connection(const Peer& peer) : peer_(peer) {}

  Event open();
  // The bytes of the request to send; to be written before send().
  std::string& request() { return request_; }
  // On a connection that takes a request.
  Event send();
  Event go_on();
  void close();

  const Answer& answer() const { return reader_.answer(); }
  const Failure& failure() const { return failure_; }
  bool is_open() const { return state_ != State::kClosed; }
  // Whether it waits for the socket to take bytes; else it waits for bytes.
  bool wants_write() const { return wants_write_; }
  int fd() const { return stream_.fd(); }

 private:
  enum class State { kClosed, kOpening, kIdle, kSending, kReceiving };

  Event go_on_opening();
  Event go_on_sending();
  Event go_on_receiving();
  Event wait(Stream::State for_what);
  Event lost(std::string type, std::string message);

  const Peer& peer_;
  Stream stream_;
  State state_ = State::kClosed;
  bool wants_write_ = false;
  std::string request_;
  size_t sent_ = 0;
  AnswerReader reader_;
  Failure failure_;
};

}  // namespace jedlik::bench
