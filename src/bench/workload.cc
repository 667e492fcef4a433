#include "bench/workload.h"

#include <algorithm>
#include <cstring>

namespace jedlik::bench {

namespace {

// Whether an answer of success says that something was not done or not found. Most answers that say
// so are short, so this costs nothing where it would cost much.
bool is_incomplete(const Exchange& exchange, std::string_view body, Failure& failure) {
  const auto has = [body](std::string_view text) {
    return memmem(body.data(), body.size(), text.data(), text.size()) != nullptr;
  };
  switch (exchange.request) {
    case Request::kGetItem:
      if (body.size() > 64 || has("\"Item\"")) return false;
      failure = {"ItemNotFound", "The answer has no item: the table is not filled, or not whole."};
      return true;
    case Request::kQuery:
      if (body.size() > 128 || !has("\"Count\":0")) return false;
      failure = {"ItemNotFound", "The answer has no items: the table is not filled, or not whole."};
      return true;
    case Request::kBatchWriteItem:
      if (!has("\"PutRequest\"")) return false;
      failure = {"UnprocessedItems", "A part of the batch was not written."};
      return true;
    case Request::kBatchGetItem:
      if (has("\"UnprocessedKeys\":{}") || !has("\"Keys\"")) return false;
      failure = {"UnprocessedKeys", "A part of the batch was not read."};
      return true;
    default:
      return false;
  }
}

}  // namespace

Workload::Workload(const Settings& settings, InsertCounter& inserts, uint64_t seed)
    : settings_(settings),
      inserts_(inserts),
      random_(seed),
      keys_(settings.distribution, settings.theta, settings.item_count, inserts),
      bodies_(settings.items, settings.is_consistent, seed + 1) {}

Operation Workload::choose_operation() {
  const auto& shares = settings_.mix.shares;
  if (shares.size() == 1) return shares.front().operation;
  double unit = random_.unit();
  for (const Share& share : shares) {
    if (unit < share.share) return share.operation;
    unit -= share.share;
  }
  return shares.back().operation;
}

OperationSource::Begun Workload::begin(Exchange& exchange) {
  exchange.operation = choose_operation();
  exchange.step = 0;
  write_first_request(exchange);
  return Begun::kYes;
}

void Workload::write_first_request(Exchange& exchange) {
  const auto single = [&](Request request) {
    exchange.request = request;
    exchange.item =
        exchange.operation == Operation::kInsert ? inserts_.take() : keys_.next(random_);
  };
  const auto several = [&](Request request) {
    exchange.request = request;
    choose_items(exchange);
  };
  std::string& body = exchange.body;
  switch (exchange.operation) {
    case Operation::kGet:
    case Operation::kReadModifyWrite:
      single(Request::kGetItem);
      return bodies_.get_item(body, exchange.item);
    case Operation::kPut:
    case Operation::kInsert:
      single(Request::kPutItem);
      return bodies_.put_item(body, exchange.item);
    case Operation::kUpdate:
      single(Request::kUpdateItem);
      return bodies_.update_item(body, exchange.item);
    case Operation::kConditionalUpdate:
      single(Request::kUpdateItem);
      return bodies_.update_item_if_there(body, exchange.item);
    case Operation::kQuery:
      single(Request::kQuery);
      return bodies_.query(body, exchange.item);
    case Operation::kScan:
      single(Request::kScan);
      return bodies_.scan(body, exchange.item, 1 + random_.below(settings_.scan_items));
    case Operation::kBatchGet:
      several(Request::kBatchGetItem);
      return bodies_.batch_get(body, exchange.items);
    case Operation::kBatchWrite:
      several(Request::kBatchWriteItem);
      return bodies_.batch_write(body, exchange.items);
    case Operation::kTransactGet:
      several(Request::kTransactGetItems);
      return bodies_.transact_get(body, exchange.items);
    case Operation::kTransactWrite:
      several(Request::kTransactWriteItems);
      return bodies_.transact_write(body, exchange.items);
  }
}

// Different items, as the service wants them in one request. Where the distribution gives one that
// is there already, the next one after it that is not.
void Workload::choose_items(Exchange& exchange) {
  auto& items = exchange.items;
  items.clear();
  while (items.size() < settings_.batch_items) {
    uint64_t item = keys_.next(random_);
    while (std::find(items.begin(), items.end(), item) != items.end())
      item = (item + 1) % settings_.item_count;
    items.push_back(item);
  }
}

OperationSource::Outcome Workload::answered(Exchange& exchange, const Answer& answer,
                                            Failure& failure) {
  if (answer.status != 200) {
    failure = failure_of(answer);
    lost(exchange);
    return Outcome::kFailed;
  }
  if (is_incomplete(exchange, answer.body, failure)) return Outcome::kFailed;
  if (exchange.operation == Operation::kInsert) inserts_.succeeded(exchange.item);
  if (exchange.operation == Operation::kReadModifyWrite && exchange.step == 0) {
    exchange.step = 1;
    exchange.request = Request::kUpdateItem;
    bodies_.update_item(exchange.body, exchange.item);
    return Outcome::kGoesOn;
  }
  return Outcome::kDone;
}

void Workload::lost(Exchange& exchange) {
  if (exchange.operation == Operation::kInsert) inserts_.failed(exchange.item);
}

}  // namespace jedlik::bench
