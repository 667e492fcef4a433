#pragma once

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/task.h"
#include "service/attribute_value.h"
#include "service/operation.h"
#include "service/shape.h"
#include "wire/operations.h"

// A small service for tests of the wire, with one member of each kind.
namespace jedlik::wire::test {

// Callers that sleep until the test wakes them. Any thread.
class Sleepers {
 public:
  void add(Resume<int> sleeper) {
    const std::lock_guard lock(mutex_);
    sleepers_.push_back(std::move(sleeper));
    changed_.notify_all();
  }
  // Blocks until so many sleep.
  void wait_for(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return sleepers_.size() >= count; });
  }
  // Destroys what sleeps.
  void forget_all() {
    const std::lock_guard lock(mutex_);
    sleepers_.clear();
  }
  void wake_all() {
    const std::lock_guard lock(mutex_);
    for (auto& sleeper : sleepers_)
      sleeper(0);
    sleepers_.clear();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Resume<int>> sleepers_;
};

struct TestContext {
  Bytes stored_item;
  Sleepers sleepers;
};

inline constexpr std::string_view kColours[] = {"RED", "GREEN"};
inline constexpr service::Constraints kTagText = service::optional().length(1, 4);

struct Tag {
  service::Field<std::string> key;
  service::Field<std::string> value;

  static constexpr auto shape() {
    return service::members(service::member("Key", &Tag::key, service::required().length(1, 4)),
                            service::member("Value", &Tag::value));
  }
};

// Every kind of member there is. Answers with what it was given.
struct Echo {
  static constexpr std::string_view kName = "Echo";

  struct Request {
    service::Field<std::string> name;
    service::Field<std::string> colour;
    service::Field<int32_t> limit;
    service::Field<int64_t> units;
    service::Field<double> rate;
    service::Field<bool> flag;
    service::Field<service::Presence> older;
    service::Field<Tag> tag;
    service::Field<std::vector<Tag>> tags;
    service::Field<std::vector<std::string>> texts;
    service::Field<service::StringMap<std::string>> names;
    service::Field<service::StringMap<std::vector<Tag>>> tag_lists;
    service::Field<service::StringMap<service::ValueInput>> values;
    service::Field<service::ItemInput> item;

    static constexpr auto shape() {
      using Self = Request;
      using service::member;
      using service::optional;
      return service::members(
          member("Name", &Self::name, optional().pattern("[a-zA-Z0-9_.-]+").length(3, 8)),
          member("Colour", &Self::colour, optional().one_of(kColours)),
          member("Limit", &Self::limit, optional().range(1, 100)), member("Units", &Self::units),
          member("Rate", &Self::rate), member("Flag", &Self::flag), member("Older", &Self::older),
          member("Tag", &Self::tag), member("Tags", &Self::tags, optional().length(1, 3)),
          member("Texts", &Self::texts, optional().each(kTagText)), member("Names", &Self::names),
          member("TagLists", &Self::tag_lists, optional().each(kTagText)),
          member("Values", &Self::values), member("Item", &Self::item));
    }
  };
  using Response = Request;

  static Task<Result<Response>> run(TestContext&, Request&& request) { co_return request; }
};

// Stores one item, for the next two.
struct PutItem {
  static constexpr std::string_view kName = "PutItem";

  struct Request {
    service::Field<std::string> table_name;
    service::Field<service::ItemInput> item;

    static constexpr auto shape() {
      return service::members(
          service::member("TableName", &Request::table_name, service::required()),
          service::member("Item", &Request::item, service::required()));
    }
  };
  using Response = service::NoContent;

  static Task<Result<Response>> run(TestContext& context, Request&& request) {
    if (request.item->refusal) co_return refuse(*request.item->refusal);
    context.stored_item = std::move(request.item->stored);
    co_return Response();
  }
};

struct Nothing {
  static constexpr auto shape() { return service::members(); }
};

struct GetItem {
  static constexpr std::string_view kName = "GetItem";
  using Request = Nothing;

  struct Response {
    service::Field<service::ItemOutput> item;

    static constexpr auto shape() {
      return service::members(service::member("Item", &Response::item));
    }
  };

  static Task<Result<Response>> run(TestContext& context, Request) {
    Response response;
    if (!context.stored_item.empty()) response.item = service::ItemOutput{context.stored_item};
    co_return response;
  }
};

// Is always refused, with the stored item.
struct Condition {
  static constexpr std::string_view kName = "Condition";
  using Request = Nothing;
  using Response = Nothing;

  static Task<Result<Response>> run(TestContext& context, Request) {
    std::optional<Bytes> item;
    if (!context.stored_item.empty()) item = context.stored_item;
    co_return refuse(conditional_check_failed(std::move(item)));
  }
};

struct Throw {
  static constexpr std::string_view kName = "Throw";
  using Request = Nothing;
  using Response = Nothing;

  static Task<Result<Response>> run(TestContext&, Request) {
    throw std::runtime_error("out of luck");
    co_return Response();
  }
};

// Answers when the test wakes it.
struct Sleep {
  static constexpr std::string_view kName = "Sleep";
  using Request = Nothing;
  using Response = Nothing;

  static Task<Result<Response>> run(TestContext& context, Request) {
    auto keep = [&context](Resume<int> resume) { context.sleepers.add(std::move(resume)); };
    (void)co_await suspend<int>(keep);
    co_return Response();
  }
};

// Has something to say before its shape is validated.
struct Picky {
  static constexpr std::string_view kName = "Picky";

  struct Request {
    service::Field<std::string> name;

    static constexpr auto shape() {
      return service::members(service::member("Name", &Request::name, service::required()));
    }
  };
  using Response = Nothing;

  static Status check_first(const Request& request) {
    if (request.name && *request.name == "no") return refuse(validation("Not that name"));
    return {};
  }

  static Task<Result<Response>> run(TestContext&, Request) { co_return Response(); }
};

using TestOperations =
    service::OperationList<Echo, PutItem, GetItem, Condition, Throw, Sleep, Picky>;

// As those of DynamoDB. `context` outlives them.
inline OperationTable test_operations(TestContext& context) {
  OperationRunners runners;
  add_operations(runners, "DynamoDB_20120810", TestOperations(), context);
  return OperationTable(std::move(runners));
}

}  // namespace jedlik::wire::test
