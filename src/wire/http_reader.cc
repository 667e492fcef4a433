#include "wire/http_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include "wire/ascii.h"
#include "wire/content_coding.h"
#include "wire/head_parser.h"

namespace jedlik::wire {
namespace http = boost::beast::http;

namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

HttpRefusal to_refusal(const boost::beast::error_code& error) {
  if (error == http::error::header_limit) return HttpRefusal::kHeaderTooLarge;
  if (error == http::error::body_limit) return HttpRefusal::kBodyTooLarge;
  return HttpRefusal::kMalformed;
}

HttpRefusal to_refusal(ChunkDecoder::State state) {
  if (state == ChunkDecoder::State::kLineTooLong) return HttpRefusal::kHeaderTooLarge;
  if (state == ChunkDecoder::State::kBodyTooLarge) return HttpRefusal::kBodyTooLarge;
  return HttpRefusal::kMalformed;
}

}  // namespace

HttpReader::HttpReader(const HttpOptions& options, MemoryBudget& budget, ExchangePool& pool)
    : options_(options), pool_(pool), input_(budget), budget_(budget) {}

HttpReader::~HttpReader() {
  pool_.give_back(std::move(exchange_));
}

std::span<char> HttpReader::space() {
  return input_.space(wanted_size_);
}

HttpReader::State HttpReader::advance() {
  switch (state_) {
    case State::kIdle:
    case State::kHeader:
      return state_ = read_head();
    case State::kContinue:
    case State::kBody:
      return state_ = chunks_ ? read_chunks() : read_sized_body();
    case State::kComplete:
    case State::kRefused:
      break;
  }
  return state_;
}

HttpReader::State HttpReader::refuse(HttpRefusal why) {
  refusal_ = why;
  keep_alive_ = false;
  // Nobody will look at the request any more.
  chunks_.reset();
  decoded_.reset();
  discard();
  return state_ = State::kRefused;
}

HttpExchange& HttpReader::exchange_for_refusal() {
  if (!exchange_) exchange_ = pool_.lease();
  return *exchange_;
}

void HttpReader::next() {
  pool_.give_back(std::move(exchange_));
  chunks_.reset();
  decoded_.reset();
  input_.consume(body_end_);
  looked_at_ = head_end_ = body_end_ = wanted_size_ = 0;
  state_ = State::kIdle;
}

HttpReader::State HttpReader::read_head() {
  // Some clients send a line end after a body.
  size_t blank = 0;
  while (input_.view().substr(blank, 2) == "\r\n")
    blank += 2;
  if (blank > 0) {
    input_.consume(blank);
    looked_at_ = 0;
  }
  const std::string_view bytes = input_.view();
  if (bytes.empty()) return State::kIdle;
  const size_t end = bytes.find(kHeadEnd, looked_at_);
  if (end != std::string_view::npos && end + kHeadEnd.size() <= options_.max_header_bytes)
    return parse_head(end + kHeadEnd.size());
  if (end != std::string_view::npos || bytes.size() > options_.max_header_bytes)
    return refuse(HttpRefusal::kHeaderTooLarge);
  // A client that speaks something else would wait for an answer until the timeout.
  if ((bytes.front() < 'A' || bytes.front() > 'Z') && bytes.front() != '\r')
    return refuse(HttpRefusal::kMalformed);
  looked_at_ = bytes.size() < kHeadEnd.size() ? 0 : bytes.size() - (kHeadEnd.size() - 1);
  return State::kHeader;
}

HttpReader::State HttpReader::parse_head(size_t head_bytes) {
  exchange_ = pool_.lease();
  HttpRequest& request = exchange_->request;
  request.headers_.clear();
  HeadParser parser(request, input_.data(), head_bytes);
  parser.header_limit(static_cast<std::uint32_t>(options_.max_header_bytes));
  parser.body_limit(options_.max_body_bytes);
  boost::beast::error_code error;
  parser.put({input_.data(), head_bytes}, error);
  if (error) return refuse(to_refusal(error));
  if (!parser.is_header_done()) return refuse(HttpRefusal::kMalformed);
  keep_alive_ = parser.keep_alive();
  is_http_1_0_ = parser.is_http_1_0();
  continue_wanted_ = parser.expects_continue() && !is_http_1_0_;
  head_end_ = body_end_ = head_bytes;
  if (parser.chunked()) {
    chunks_.emplace(options_.max_body_bytes, options_.max_header_bytes);
    return read_chunks();
  }
  wanted_size_ = head_end_ + parser.content_length().value_or(0);
  return read_sized_body();
}

HttpReader::State HttpReader::read_sized_body() {
  if (input_.size() >= wanted_size_) {
    body_end_ = wanted_size_;
    return complete(body_end_ - head_end_);
  }
  if (continue_wanted_) {
    continue_wanted_ = false;
    return State::kContinue;
  }
  return State::kBody;
}

HttpReader::State HttpReader::read_chunks() {
  // What is decoded moves to the left, to the end of what was decoded before; what is not yet, to
  // the right of that. So the buffer holds little more than the body.
  const auto state = chunks_->decode(input_.view().substr(body_end_), input_.data() + body_end_);
  const size_t decoded_end = body_end_ + chunks_->written();
  input_.erase(decoded_end, body_end_ + chunks_->taken());
  body_end_ = decoded_end;
  if (state == ChunkDecoder::State::kDone) return complete(body_end_ - head_end_);
  if (state != ChunkDecoder::State::kMore) return refuse(to_refusal(state));
  if (continue_wanted_) {
    continue_wanted_ = false;
    return State::kContinue;
  }
  return State::kBody;
}

HttpReader::State HttpReader::complete(size_t body_bytes) {
  HttpRequest& request = exchange_->request;
  request.base_ = input_.data();
  // simdjson reads a little past the end of the body; the buffer always has those bytes.
  request.body_ = std::string_view(input_.data() + head_end_, body_bytes);
  const auto encodings = request.header("content-encoding");
  return encodings ? decode_body(*encodings) : State::kComplete;
}

HttpReader::State HttpReader::decode_body(std::string_view encodings) {
  HttpRequest& request = exchange_->request;
  const auto coding = parse_content_coding(encodings);
  if (!coding) return refuse(HttpRefusal::kUnknownEncoding);
  if (*coding == ContentCoding::kIdentity) return State::kComplete;
  decoded_ = std::make_unique<InputBuffer>(budget_);
  switch (decompress(*coding, request.body_, options_.max_body_bytes, *decoded_)) {
    case DecompressOutcome::kDone:
      request.body_ = decoded_->view();
      return State::kComplete;
    case DecompressOutcome::kDamaged:
      return refuse(HttpRefusal::kBadEncoding);
    case DecompressOutcome::kTooLarge:
      return refuse(HttpRefusal::kBodyTooLarge);
    case DecompressOutcome::kNoMemory:
      break;
  }
  return refuse(HttpRefusal::kOverloaded);
}

}  // namespace jedlik::wire
