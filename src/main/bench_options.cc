#include "main/bench_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <random>

#include "base/limits.h"
#include "bench/endpoint.h"
#include "bench/mixes.h"

namespace jedlik::main {

namespace {

using bench::Distribution;
using bench::Load;
using bench::Operation;
using bench::Settings;
using Refusal = tl::unexpected<std::string>;
using Checked = tl::expected<void, std::string>;

constexpr std::string_view kDefaultEndpoint = "http://127.0.0.1:8000";
constexpr std::string_view kDefaultTable = "jedlik-bench";
constexpr uint64_t kMaxItems = 10'000'000'000;
// Room for names and keys below the limit of items.
constexpr uint64_t kMaxItemBytes = 390'000;
constexpr double kMaxSeconds = 7 * 24 * 3600;

template <class Number>
std::optional<Number> parse(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Reads flags one by one, until one makes no sense. One that was not written leaves its default.
class Flags {
 public:
  void whole(const std::string& text, std::string_view name, uint64_t min, uint64_t max,
             uint64_t& to) {
    if (text.empty() || !refusal_.empty()) return;
    const auto number = parse<uint64_t>(text);
    if (number && *number >= min && *number <= max) {
      to = *number;
      return;
    }
    refusal_ = fmt::format("\"{}\" makes no sense as {}: write a whole number from {} to {}.", text,
                           name, min, max);
  }

  void seconds(const std::string& text, std::string_view name, double min,
               std::chrono::nanoseconds& to) {
    if (text.empty() || !refusal_.empty()) return;
    const auto number = parse<double>(text);
    if (number && *number >= min && *number <= kMaxSeconds) {
      to = std::chrono::nanoseconds(std::llround(*number * 1e9));
      return;
    }
    refusal_ =
        fmt::format("\"{}\" makes no sense as {}: write seconds, such as 10 or 0.5.", text, name);
  }

  void between(const std::string& text, double min, double max, std::string_view sentence,
               double& to) {
    if (text.empty() || !refusal_.empty()) return;
    const auto number = parse<double>(text);
    if (number && *number > min && *number < max) {
      to = *number;
      return;
    }
    refusal_ = fmt::format("\"{}\" makes no sense {}.", text, sentence);
  }

  void refuse_unless(bool condition, std::string sentence) {
    if (!condition && refusal_.empty()) refusal_ = std::move(sentence);
  }

  Checked result() const {
    if (refusal_.empty()) return {};
    return Refusal(refusal_);
  }

 private:
  std::string refusal_;
};

bool has_only(std::string_view text, std::string_view punctuation) {
  return std::all_of(text.begin(), text.end(), [punctuation](unsigned char c) {
    return std::isalnum(c) != 0 || punctuation.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

Checked set_workload(const BenchArguments& arguments, Settings& settings) {
  auto mix = bench::find_mix(arguments.workload);
  if (!mix) {
    return Refusal(fmt::format("There is no workload \"{}\": write {}.", arguments.workload,
                               bench::mix_names()));
  }
  settings.mix = std::move(*mix);
  settings.distribution = settings.mix.distribution;
  const std::string& name = arguments.distribution;
  if (name == "zipfian") settings.distribution = Distribution::kZipfian;
  if (name == "uniform") settings.distribution = Distribution::kUniform;
  if (name == "latest") settings.distribution = Distribution::kLatest;
  if (!name.empty() && name != "zipfian" && name != "uniform" && name != "latest") {
    return Refusal(
        fmt::format("\"{}\" is not a distribution: write zipfian, uniform or latest.", name));
  }
  return {};
}

Checked set_endpoint(const BenchArguments& arguments, const Environment& environment,
                     Settings& settings) {
  auto endpoint = bench::parse_endpoint(
      arguments.endpoint.empty() ? kDefaultEndpoint : std::string_view(arguments.endpoint));
  if (!endpoint) return Refusal(endpoint.error());
  settings.endpoint = std::move(*endpoint);
  for (const std::string& region : {arguments.region, bench::region_of(settings.endpoint),
                                    environment("AWS_REGION"), environment("AWS_DEFAULT_REGION")}) {
    if (region.empty()) continue;
    if (region.size() > 64 || !has_only(region, "-")) {
      return Refusal(fmt::format(
          "\"{}\" is not a region: write small letters, digits and hyphens, such as us-east-1.",
          region));
    }
    settings.region = region;
    break;
  }
  return {};
}

Checked set_credentials(const BenchArguments& arguments, const Environment& environment,
                        Settings& settings) {
  settings.is_signed = !arguments.no_sign;
  bench::Credentials& credentials = settings.credentials;
  if (arguments.access_key.empty() != arguments.secret_key.empty()) {
    return Refusal(std::string("--access-key and --secret-key go together: write both or none."));
  }
  if (!arguments.access_key.empty()) {
    credentials = {arguments.access_key, arguments.secret_key, ""};
  } else {
    credentials = {environment("AWS_ACCESS_KEY_ID"), environment("AWS_SECRET_ACCESS_KEY"),
                   environment("AWS_SESSION_TOKEN")};
  }
  if (credentials.access_key.empty() || credentials.secret_key.empty()) {
    if (bench::is_aws(settings.endpoint)) {
      return Refusal(
          std::string("AWS wants to know who asks: set AWS_ACCESS_KEY_ID and "
                      "AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN where there is one)."));
    }
    credentials = {"jedlik", "jedlik", ""};  // what runs at home takes any
  }
  // They become parts of HTTP headers.
  if (!has_only(credentials.access_key, "-_.") || !has_only(credentials.session_token, "-_.+/=")) {
    return Refusal(
        std::string("The access key or the session token has characters that none has."));
  }
  return {};
}

bool has_several_items(Operation operation) {
  return operation == Operation::kBatchGet || operation == Operation::kBatchWrite ||
         operation == Operation::kTransactGet || operation == Operation::kTransactWrite;
}

Checked set_items(const BenchArguments& arguments, Settings& settings) {
  const bool has_sort_key = settings.mix.needs_sort_key;
  bench::ItemShape& items = settings.items;
  items.table = has_sort_key ? std::string(kDefaultTable) + "-query" : kDefaultTable;
  if (has_sort_key) items.items_per_key = 10;
  if (!arguments.table.empty()) items.table = arguments.table;
  Flags flags;
  flags.whole(arguments.items, "a number of items", 1, kMaxItems, settings.item_count);
  flags.whole(arguments.item_bytes, "a size of items in bytes", 1, kMaxItemBytes,
              items.value_bytes);
  flags.whole(arguments.fields, "a number of fields", 1, 1000, items.fields);
  uint64_t query_items = items.items_per_key;
  flags.whole(arguments.query_items, "a number of items of a query", 2, 100'000, query_items);
  if (has_sort_key) items.items_per_key = query_items;
  flags.whole(arguments.scan_items, "a number of items of a scan", 1, 100'000, settings.scan_items);
  const Operation operation = settings.mix.shares.front().operation;
  const uint64_t most =
      operation == Operation::kBatchWrite ? limits::kBatchWriteRequests : limits::kBatchGetKeys;
  flags.whole(arguments.batch_items, "a number of items of a batch or a transaction", 1, most,
              settings.batch_items);
  flags.between(arguments.theta, 0, 1, "as theta: write a number between 0 and 1, such as 0.99",
                settings.theta);
  flags.refuse_unless(
      items.table.size() >= limits::kTableNameMinBytes &&
          items.table.size() <= limits::kTableNameMaxBytes && has_only(items.table, "-_."),
      fmt::format("\"{}\" is not a table: write 3 to 255 letters, digits, hyphens, dots and "
                  "underscores.",
                  items.table));
  flags.refuse_unless(items.fields <= items.value_bytes,
                      "An item has a byte in each field at least: write a larger --item-bytes, or "
                      "fewer --fields.");
  flags.refuse_unless(settings.batch_items <= settings.item_count || !has_several_items(operation),
                      "A batch has different items: write a larger --items, or a smaller "
                      "--batch-items.");
  return flags.result();
}

Checked set_load(const BenchArguments& arguments, Settings& settings) {
  if (arguments.load && arguments.no_load)
    return Refusal(std::string("--load and --no-load exclude each other: write one or none."));
  if (arguments.load) settings.load = Load::kAlways;
  if (arguments.no_load) settings.load = Load::kNever;
  settings.is_consistent = arguments.consistent;
  settings.drops_table = arguments.drop;
  settings.warm_up = std::chrono::seconds(2);
  settings.duration = std::chrono::seconds(10);
  settings.seed = std::random_device()();
  Flags flags;
  flags.whole(arguments.connections, "a number of connections", 1, 10'000, settings.connections);
  flags.whole(arguments.threads, "a number of threads", 1, 256, settings.threads);
  flags.between(arguments.rate, 0, 1e7,
                "as a rate: write operations a second, such as 5000; without it, each connection "
                "sends when it has its answer",
                settings.rate);
  flags.seconds(arguments.warm_up, "a warm-up", 0, settings.warm_up);
  flags.seconds(arguments.duration, "a duration", 0.01, settings.duration);
  flags.seconds(arguments.timeout, "a time-out", 0.01, settings.timeout);
  flags.whole(arguments.seed, "a seed", 0, std::numeric_limits<uint64_t>::max(), settings.seed);
  flags.refuse_unless(settings.threads <= settings.connections,
                      "Each thread has a connection at least: write more --connections, or fewer "
                      "--threads.");
  return flags.result();
}

}  // namespace

tl::expected<BenchOptions, std::string> read_bench_options(const BenchArguments& arguments,
                                                           const Environment& environment) {
  BenchOptions options;
  Settings& settings = options.settings;
  if (auto set = set_workload(arguments, settings); !set) return Refusal(set.error());
  if (auto set = set_endpoint(arguments, environment, settings); !set) return Refusal(set.error());
  if (auto set = set_credentials(arguments, environment, settings); !set)
    return Refusal(set.error());
  if (auto set = set_items(arguments, settings); !set) return Refusal(set.error());
  if (auto set = set_load(arguments, settings); !set) return Refusal(set.error());
  options.json = arguments.json;
  return options;
}

}  // namespace jedlik::main
