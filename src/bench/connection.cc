#include "bench/connection.h"

#include <fmt/format.h>

namespace jedlik::bench {

Connection::Event Connection::lost(std::string type, std::string message) {
  close();
  failure_ = {std::move(type), std::move(message)};
  return Event::kLost;
}

void Connection::close() {
  stream_.close();
  state_ = State::kClosed;
}

Connection::Event Connection::wait(Stream::State for_what) {
  wants_write_ = for_what == Stream::State::kWantsWrite;
  return Event::kNothing;
}

Connection::Event Connection::open() {
  state_ = State::kOpening;
  const Stream::State state = stream_.begin_open(peer_);
  if (state == Stream::State::kFailed) return lost("ConnectionFailed", stream_.problem());
  return wait(state);
}

Connection::Event Connection::go_on_opening() {
  switch (const Stream::State state = stream_.open()) {
    case Stream::State::kDone:
      state_ = State::kIdle;
      wants_write_ = false;
      return Event::kOpened;
    case Stream::State::kWantsRead:
    case Stream::State::kWantsWrite:
      return wait(state);
    case Stream::State::kClosed:
      return lost("ConnectionFailed", "The server closed the connection at once.");
    case Stream::State::kFailed:
      break;
  }
  return lost("ConnectionFailed", stream_.problem());
}

Connection::Event Connection::send() {
  state_ = State::kSending;
  sent_ = 0;
  reader_.reset();
  return go_on_sending();
}

Connection::Event Connection::go_on_sending() {
  while (sent_ < request_.size()) {
    const auto [state, size] = stream_.write(std::string_view(request_).substr(sent_));
    sent_ += size;
    if (state == Stream::State::kWantsRead || state == Stream::State::kWantsWrite)
      return wait(state);
    if (state == Stream::State::kClosed)
      return lost("ConnectionLost", "The server closed the connection.");
    if (state == Stream::State::kFailed) return lost("ConnectionLost", stream_.problem());
  }
  state_ = State::kReceiving;
  return wait(Stream::State::kWantsRead);
}

Connection::Event Connection::go_on_receiving() {
  for (;;) {
    const std::span<char> space = reader_.space();
    const auto [state, size] = stream_.read(space);
    if (state == Stream::State::kWantsRead || state == Stream::State::kWantsWrite)
      return wait(state);
    if (state == Stream::State::kClosed)
      return lost("ConnectionLost", "The server closed the connection before it had answered.");
    if (state == Stream::State::kFailed) return lost("ConnectionLost", stream_.problem());
    switch (reader_.received(size)) {
      case AnswerReader::State::kComplete:
        state_ = State::kIdle;
        if (!answer().keeps_connection) close();
        return Event::kAnswered;
      case AnswerReader::State::kMalformed:
        return lost("MalformedAnswer", "The answer is not HTTP/1.1 with a length or in chunks.");
      case AnswerReader::State::kTooLarge:
        return lost("AnswerTooLarge",
                    fmt::format("The answer is larger than {} bytes.", AnswerReader::kMaxBytes));
      case AnswerReader::State::kPartial:
        break;
    }
    // More than that has not come over TCP; TLS may have kept something back.
    if (size < space.size() && peer_.tls == nullptr) return wait(Stream::State::kWantsRead);
  }
}

Connection::Event Connection::go_on() {
  switch (state_) {
    case State::kOpening:
      return go_on_opening();
    case State::kSending:
      return go_on_sending();
    case State::kReceiving:
      return go_on_receiving();
    case State::kIdle: {
      // TLS has messages of its own; anything else is an end.
      reader_.reset();
      const auto [state, size] = stream_.read(reader_.space());
      if (state == Stream::State::kWantsRead || state == Stream::State::kWantsWrite)
        return wait(Stream::State::kWantsRead);
      return lost("ConnectionLost", "The server closed a connection that was not in use.");
    }
    case State::kClosed:
      break;
  }
  return Event::kNothing;
}

}  // namespace jedlik::bench
