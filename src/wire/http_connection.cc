#include "wire/http_connection.h"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>

#include "wire/http_worker.h"

namespace jedlik::wire {
namespace asio = boost::asio;

namespace {

// Bytes of a blocked answer, counted against the budget until they are written.
class BudgetShare {
 public:
  BudgetShare(MemoryBudget& budget, size_t bytes)
      : budget_(budget), bytes_(budget.take(bytes) ? bytes : 0), granted_(bytes_ == bytes) {}
  ~BudgetShare() { budget_.give_back(bytes_); }
  BudgetShare(const BudgetShare&) = delete;
  BudgetShare& operator=(const BudgetShare&) = delete;

  bool granted() const { return granted_; }

 private:
  MemoryBudget& budget_;
  size_t bytes_;
  bool granted_;
};

}  // namespace

HttpConnection::HttpConnection(HttpWorker& worker, asio::ip::tcp::socket socket)
    : worker_(worker),
      socket_(std::move(socket)),
      reader_(worker.options(), worker.budget(), worker.pool()),
      seen_since_(worker.now()) {
  worker_.connection_opened(*this);
}

HttpConnection::~HttpConnection() {
  unlink();
  worker_.connection_closed();
}

Task<void> HttpConnection::serve(std::unique_ptr<HttpConnection> connection) {
  HttpConnection& self = *connection;
  Next next = Next::kGoOn;
  while (next == Next::kGoOn) {
    switch (self.reader_.advance()) {
      case HttpReader::State::kIdle:
        next = co_await self.receive(Phase::kIdle);
        break;
      case HttpReader::State::kHeader:
        next = co_await self.receive(Phase::kHeader);
        break;
      case HttpReader::State::kBody:
        next = co_await self.receive(Phase::kBody);
        break;
      case HttpReader::State::kContinue:
        next = co_await self.send_continue();
        break;
      case HttpReader::State::kRefused:
        co_await self.send_refusal();
        next = Next::kClose;
        break;
      case HttpReader::State::kComplete: {
        self.enter(Phase::kHandling);
        HttpExchange& exchange = self.reader_.exchange();
        auto task = self.worker_.handler().handle(exchange.request, exchange.response);
        if (task) co_await std::move(*task);
        const ConnectionFate fate = self.fate();
        self.prepare_answer(fate);
        WriteOutcome outcome = self.write_some();
        if (outcome == WriteOutcome::kBlocked) outcome = co_await self.finish_write();
        if (outcome != WriteOutcome::kDone || fate == ConnectionFate::kCloses) next = Next::kClose;
        self.reader_.next();
        break;
      }
    }
  }
  self.close();
}

Task<HttpConnection::Next> HttpConnection::receive(Phase phase) {
  if (phase == Phase::kIdle && stopping_) co_return Next::kClose;
  if (phase != phase_) enter(phase);
  const auto space = reader_.space();
  if (space.empty()) {
    reader_.refuse(HttpRefusal::kOverloaded);
    co_return Next::kGoOn;
  }
  boost::system::error_code error;
  const size_t bytes = co_await socket_.async_read_some(
      asio::buffer(space.data(), space.size()), asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return Next::kClose;
  reader_.received(bytes);
  if (phase == Phase::kBody) count_progress(bytes);
  co_return Next::kGoOn;
}

Task<HttpConnection::Next> HttpConnection::send_continue() {
  boost::system::error_code error;
  enter(Phase::kWriting);
  // It fits the socket's buffer: nothing else is in it, as answers are waited for.
  const size_t bytes = socket_.write_some(asio::buffer(kContinueLine), error);
  co_return error || bytes != kContinueLine.size() ? Next::kClose : Next::kGoOn;
}

Task<void> HttpConnection::send_refusal() {
  worker_.handler().refuse(reader_.refusal(), reader_.exchange_for_refusal().response);
  prepare_answer(ConnectionFate::kCloses);
  WriteOutcome outcome = write_some();
  if (outcome == WriteOutcome::kBlocked) outcome = co_await finish_write();
  if (outcome != WriteOutcome::kDone) co_return;
  // To close while the client still sends would reset the connection, and the client might not see
  // its answer. So what it sends is read and forgotten for a short time.
  boost::system::error_code error;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  enter(Phase::kLingering);
  while (!error) {
    reader_.discard();
    const auto space = reader_.space();
    co_await socket_.async_read_some(asio::buffer(space.data(), space.size()),
                                     asio::redirect_error(asio::use_awaitable, error));
  }
}

ConnectionFate HttpConnection::fate() const {
  if (!reader_.keep_alive() || stopping_) return ConnectionFate::kCloses;
  return reader_.is_http_1_0() ? ConnectionFate::kStaysHttp10 : ConnectionFate::kStays;
}

void HttpConnection::prepare_answer(ConnectionFate fate) {
  HttpExchange& exchange = reader_.exchange();
  write_head(exchange.response, worker_.date(), fate, exchange.head);
  sent_bytes_ = 0;
  progress_bytes_ = 0;
}

HttpConnection::WriteOutcome HttpConnection::write_some() {
  const HttpExchange& exchange = reader_.exchange();
  const std::string& head = exchange.head;
  const std::string& body = exchange.response.body;
  while (sent_bytes_ < head.size() + body.size()) {
    const size_t of_head = std::min(sent_bytes_, head.size());
    const size_t of_body = sent_bytes_ - of_head;
    const std::array<asio::const_buffer, 2> unsent{
        asio::const_buffer(head.data() + of_head, head.size() - of_head),
        asio::const_buffer(body.data() + of_body, body.size() - of_body)};
    boost::system::error_code error;
    const size_t bytes = socket_.write_some(unsent, error);
    if (error == asio::error::would_block) return WriteOutcome::kBlocked;
    if (error) return WriteOutcome::kBroken;
    sent_bytes_ += bytes;
    count_progress(bytes);
  }
  return WriteOutcome::kDone;
}

Task<HttpConnection::WriteOutcome> HttpConnection::finish_write() {
  enter(Phase::kWriting);
  const BudgetShare share(worker_.budget(), reader_.exchange().response.body.size());
  if (!share.granted()) co_return WriteOutcome::kBroken;
  WriteOutcome outcome = WriteOutcome::kBlocked;
  while (outcome == WriteOutcome::kBlocked) {
    boost::system::error_code error;
    co_await socket_.async_wait(asio::ip::tcp::socket::wait_write,
                                asio::redirect_error(asio::use_awaitable, error));
    outcome = error ? WriteOutcome::kBroken : write_some();
  }
  co_return outcome;
}

void HttpConnection::enter(Phase phase) {
  phase_ = phase;
  progress_bytes_ = 0;
  ++activity_;
}

void HttpConnection::count_progress(size_t bytes) {
  progress_bytes_ += bytes;
  if (progress_bytes_ < worker_.options().min_progress_bytes) return;
  progress_bytes_ = 0;
  ++activity_;
}

std::chrono::milliseconds HttpConnection::timeout() const {
  const HttpOptions& options = worker_.options();
  switch (phase_) {
    case Phase::kIdle:
      return options.idle_timeout;
    case Phase::kHeader:
      return options.header_timeout;
    case Phase::kBody:
      return options.body_timeout;
    case Phase::kWriting:
      return options.write_timeout;
    case Phase::kLingering:
      return options.linger_timeout;
    case Phase::kHandling:
      break;
  }
  return std::chrono::milliseconds::max();
}

void HttpConnection::sweep(TimePoint now) {
  if (activity_ != seen_activity_) {
    seen_activity_ = activity_;
    seen_since_ = now;
    return;
  }
  if (phase_ == Phase::kHandling || now - seen_since_ < timeout()) return;
  SPDLOG_DEBUG("event=connection_timed_out phase={}", static_cast<int>(phase_));
  close();
}

void HttpConnection::stop() {
  stopping_ = true;
  if (phase_ == Phase::kIdle || phase_ == Phase::kLingering) close();
}

void HttpConnection::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace jedlik::wire
