#include "bench/table_setup.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <chrono>
#include <thread>

namespace jedlik::bench {

namespace {

using Refusal = tl::unexpected<std::string>;

constexpr int kStatusPolls = 600;
constexpr std::chrono::milliseconds kStatusPause{200};

// What DescribeTable says.
struct Description {
  bool is_there = false;
  std::string status;
  std::string keys;  // "id", "id, n"
};

Refusal refused(const Settings& settings, Request request, const Failure& failure) {
  if (failure.type == "ConnectionFailed") {
    return Refusal(fmt::format(
        "Nothing answers at {} ({}). Start a server with `jedlik serve`, or name another with "
        "--endpoint.",
        settings.endpoint.url, failure.message));
  }
  return Refusal(fmt::format("{} was refused by {}: {}", name_of(request), settings.endpoint.url,
                             sentence_of(failure)));
}

Description read_description(std::string_view body) {
  Description description;
  simdjson::dom::parser parser;
  simdjson::dom::element table;
  if (parser.parse(body.data(), body.size())["Table"].get(table) != simdjson::SUCCESS)
    return description;
  description.is_there = true;
  std::string_view text;
  if (table["TableStatus"].get(text) == simdjson::SUCCESS) description.status = text;
  simdjson::dom::array keys;
  if (table["KeySchema"].get(keys) != simdjson::SUCCESS) return description;
  for (const auto key : keys) {
    if (key["AttributeName"].get(text) != simdjson::SUCCESS) continue;
    description.keys += (description.keys.empty() ? "" : ", ") + std::string(text);
  }
  return description;
}

tl::expected<Description, std::string> describe(const Settings& settings, Caller& caller) {
  std::string body;
  Bodies(settings.items, false, 0).name_table(body);
  const auto answer = caller.call(Request::kDescribeTable, body);
  if (!answer) return refused(settings, Request::kDescribeTable, answer.error());
  if (answer->status == 200) return read_description(answer->body);
  const Failure failure = failure_of(*answer);
  if (failure.type == "ResourceNotFoundException") return Description();
  return refused(settings, Request::kDescribeTable, failure);
}

tl::expected<Description, std::string> wait_until_active(const Settings& settings, Caller& caller) {
  for (int i = 0; i < kStatusPolls; ++i) {
    auto description = describe(settings, caller);
    if (!description || description->status == "ACTIVE" || description->status == "UPDATING")
      return description;
    std::this_thread::sleep_for(kStatusPause);
  }
  return Refusal(fmt::format("The table {} does not become active.", settings.items.table));
}

// A request of which nothing is wanted but that it succeeds.
tl::expected<void, std::string> demand(const Settings& settings, Caller& caller, Request request,
                                       const std::string& body) {
  const auto answer = caller.call(request, body);
  if (!answer) return refused(settings, request, answer.error());
  if (answer->status == 200) return {};
  return refused(settings, request, failure_of(*answer));
}

tl::expected<void, std::string> create(const Settings& settings, Caller& caller) {
  std::string body;
  Bodies(settings.items, false, 0).create_table(body);
  return demand(settings, caller, Request::kCreateTable, body);
}

// Whether the item is there with values of the right size.
bool has_item(const Settings& settings, Caller& caller, uint64_t number) {
  std::string body;
  Bodies(settings.items, false, 0).get_item(body, number);
  const auto answer = caller.call(Request::kGetItem, body);
  if (!answer || answer->status != 200) return false;
  simdjson::dom::parser parser;
  simdjson::dom::object item;
  if (parser.parse(answer->body.data(), answer->body.size())["Item"].get(item) !=
      simdjson::SUCCESS) {
    return false;
  }
  uint64_t fields = 0;
  uint64_t bytes = 0;
  for (const auto& [name, value] : item) {
    std::string_view text;
    if (!name.starts_with("field") || value["S"].get(text) != simdjson::SUCCESS) continue;
    ++fields;
    bytes += text.size();
  }
  return fields == settings.items.fields && bytes == settings.items.value_bytes;
}

}  // namespace

std::string sentence_of(const Failure& failure) {
  if (failure.message.empty()) return failure.type + ".";
  return fmt::format("{}: {}", failure.type, failure.message);
}

tl::expected<TableState, std::string> prepare_table(const Settings& settings, Caller& caller) {
  TableState state;
  const std::string& table = settings.items.table;
  auto description = describe(settings, caller);
  if (!description) return Refusal(description.error());
  if (!description->is_there) {
    if (settings.load == Load::kNever) {
      return Refusal(
          fmt::format("There is no table {} at {}: leave out --no-load, and it is made and filled.",
                      table, settings.endpoint.url));
    }
    if (auto created = create(settings, caller); !created) return Refusal(created.error());
    state.was_made = true;
  }
  description = wait_until_active(settings, caller);
  if (!description) return Refusal(description.error());
  const std::string keys = settings.items.items_per_key > 1 ? "id, n" : "id";
  if (description->keys != keys) {
    return Refusal(fmt::format(
        "The table {} has the key ({}), and this workload needs ({}): name another with --table.",
        table, description->keys, keys));
  }
  state.needs_load = state.was_made || settings.load == Load::kAlways;
  if (settings.load == Load::kIfMissing && !state.was_made) {
    state.needs_load = !has_item(settings, caller, 0) ||
                       !has_item(settings, caller, settings.item_count / 2) ||
                       !has_item(settings, caller, settings.item_count - 1);
  }
  return state;
}

tl::expected<void, std::string> drop_table(const Settings& settings, Caller& caller) {
  std::string body;
  Bodies(settings.items, false, 0).name_table(body);
  return demand(settings, caller, Request::kDeleteTable, body);
}

}  // namespace jedlik::bench
