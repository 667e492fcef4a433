#include "bench/load_source.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "base/limits.h"

namespace jedlik::bench {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{5000};
constexpr std::chrono::minutes kPatience{10};

bool may_be_sent_again(int status, const Failure& failure) {
  constexpr std::array<std::string_view, 4> kTypes{
      "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded",
      "ResourceNotFoundException"};  // of a table that was made a moment ago
  return status >= 500 || std::find(kTypes.begin(), kTypes.end(), failure.type) != kTypes.end();
}

uint64_t puts_in(std::string_view json) {
  constexpr std::string_view kPut = "\"PutRequest\"";
  uint64_t count = 0;
  for (size_t at = json.find(kPut); at != std::string_view::npos; at = json.find(kPut, at + 1))
    ++count;
  return count;
}

// The JSON of what was not done, where there is any.
std::optional<std::string> unprocessed_items(std::string_view body) {
  if (puts_in(body) == 0) return std::nullopt;
  simdjson::dom::parser parser;
  simdjson::dom::element items;
  const simdjson::padded_string padded(body);
  if (parser.parse(padded)["UnprocessedItems"].get(items) != simdjson::SUCCESS) return std::nullopt;
  return simdjson::minify(items);
}

}  // namespace

std::optional<Failure> LoadState::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void LoadState::fail(const Failure& failure) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = failure;
  has_failed_ = true;
}

LoadSource::LoadSource(const Settings& settings, LoadState& state, const Clock& clock,
                       uint64_t seed)
    : state_(state),
      clock_(clock),
      bodies_(settings.items, false, seed),
      pause_(kFirstPause),
      last_progress_(clock.steady_now()) {}

OperationSource::Begun LoadSource::begin(Exchange& exchange) {
  if (state_.has_failed()) return Begun::kOver;
  exchange.operation = Operation::kBatchWrite;
  exchange.request = Request::kBatchWriteItem;
  if (clock_.steady_now() < pause_end_) return Begun::kNotYet;
  if (!again_.empty()) {
    exchange.body = std::move(again_.back().body);
    exchange.step = again_.back().items;
    again_.pop_back();
    ++under_way_;
    return Begun::kYes;
  }
  const uint64_t first = state_.take(limits::kBatchWriteRequests);
  if (first >= state_.items()) return under_way_ == 0 ? Begun::kOver : Begun::kNotYet;
  exchange.items.resize(std::min<uint64_t>(limits::kBatchWriteRequests, state_.items() - first));
  std::iota(exchange.items.begin(), exchange.items.end(), first);
  exchange.step = exchange.items.size();
  bodies_.batch_write(exchange.body, exchange.items);
  ++under_way_;
  return Begun::kYes;
}

OperationSource::Outcome LoadSource::answered(Exchange& exchange, const Answer& answer,
                                              Failure& failure) {
  --under_way_;
  if (answer.status != 200) {
    failure = failure_of(answer);
    if (may_be_sent_again(answer.status, failure)) {
      send_again({exchange.body, exchange.step}, failure);
    } else {
      state_.fail(failure);
    }
    return Outcome::kFailed;
  }
  const auto left = unprocessed_items(answer.body);
  const uint64_t undone = left ? puts_in(*left) : 0;
  if (undone < exchange.step) {
    state_.wrote(exchange.step - undone);
    last_progress_ = clock_.steady_now();
  }
  if (!left) {
    pause_ = kFirstPause;
    return Outcome::kDone;
  }
  Batch rest{"", undone};
  bodies_.batch_write_again(rest.body, *left);
  failure = {"UnprocessedItems", "A part of the batch was not written."};
  send_again(std::move(rest), failure);
  return Outcome::kFailed;
}

void LoadSource::lost(Exchange& exchange) {
  --under_way_;
  send_again({exchange.body, exchange.step}, {"ConnectionLost", "The connection was lost."});
}

void LoadSource::send_again(Batch batch, const Failure& why) {
  const TimePoint now = clock_.steady_now();
  again_.push_back(std::move(batch));
  if (now - last_progress_ > kPatience) state_.fail(why);
  if (now < pause_end_) return;  // one of several that failed together
  pause_end_ = now + pause_;
  pause_ = std::min(2 * pause_, kLongestPause);
}

}  // namespace jedlik::bench
