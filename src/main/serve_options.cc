#include "main/serve_options.h"

#include <fmt/format.h>

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <optional>
#include <thread>

namespace jedlik::main {

namespace {

using Refusal = tl::unexpected<std::string>;

constexpr uint32_t kMaxThreads = 256;
constexpr uint32_t kMaxCacheMib = 1024 * 1024;
constexpr uint64_t kMaxItemCollection = uint64_t{1} << 50;
constexpr uint32_t kMaxTtlChangeInterval = 24 * 60 * 60;
constexpr uint32_t kMaxTtlSweepIntervalMs = 60 * 60 * 1000;
constexpr uint64_t kMaxPartitionMib = uint64_t{1} << 30;
constexpr std::array<std::string_view, 5> kLogLevels{"debug", "info", "warning", "error", "off"};

std::optional<uint64_t> whole_number(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Puts what the file says into `arguments`, where no flag said it.
class ConfigFile {
 public:
  ConfigFile(const toml::table& file, ServeArguments& arguments, const std::string& path)
      : file_(file), arguments_(arguments), path_(path) {}

  tl::expected<void, std::string> read() {
    for (const auto& [key, node] : file_) {
      const bool fits = read_line(key.str(), node);
      if (!refusal_.empty()) return Refusal(refusal_);
      if (!fits) {
        return Refusal(
            fmt::format("{}: \"{}\" has a value of the wrong type; see `jedlik serve --help`.",
                        path_, key.str()));
      }
    }
    return {};
  }

 private:
  bool read_line(std::string_view key, const toml::node& node) {
    if (key == "data") return text(node, arguments_.data);
    if (key == "listen") return text(node, arguments_.listen);
    if (key == "region") return text(node, arguments_.region);
    if (key == "log_level") return text(node, arguments_.log_level);
    if (key == "threads") return number(node, arguments_.threads);
    if (key == "cache_mib") return number(node, arguments_.cache_mib);
    if (key == "item_collection_limit") return number(node, arguments_.item_collection_limit);
    if (key == "ttl_change_interval") return number(node, arguments_.ttl_change_interval);
    if (key == "ttl_sweep_interval_ms") return number(node, arguments_.ttl_sweep_interval_ms);
    if (key == "partition_size") return number(node, arguments_.partition_size);
    if (key == "ephemeral") return flag(node, arguments_.ephemeral);
    if (key == "throttling") return flag(node, arguments_.throttling);
    refusal_ = fmt::format(
        "{}: there is no setting \"{}\". The settings are data, listen, ephemeral, region, "
        "threads, cache_mib, item_collection_limit, partition_size, ttl_change_interval, "
        "ttl_sweep_interval_ms, throttling and log_level.",
        path_, key);
    return true;
  }

  static bool text(const toml::node& node, std::string& to) {
    const auto value = node.value_exact<std::string>();
    if (value && to.empty()) to = *value;
    return value.has_value();
  }
  static bool flag(const toml::node& node, bool& to) {
    const auto value = node.value_exact<bool>();
    to = to || value.value_or(false);
    return value.has_value();
  }
  static bool number(const toml::node& node, std::string& to) {
    const auto value = node.value_exact<int64_t>();
    if (value && to.empty()) to = std::to_string(*value);
    return value.has_value();
  }

  const toml::table& file_;
  ServeArguments& arguments_;
  const std::string& path_;
  std::string refusal_;
};

tl::expected<void, std::string> read_config(ServeArguments& arguments) {
  const std::string path = arguments.config;
  const toml::parse_result parsed = toml::parse_file(path);
  if (!parsed) {
    const toml::source_position at = parsed.error().source().begin;
    if (at.line == 0) {
      return Refusal(fmt::format("The configuration file {} cannot be read: {}.", path,
                                 parsed.error().description()));
    }
    return Refusal(fmt::format("{}, line {}, column {}: {}.", path, at.line, at.column,
                               parsed.error().description()));
  }
  return ConfigFile(parsed.table(), arguments, path).read();
}

tl::expected<void, std::string> set_listen(const std::string& listen, ServeOptions& options) {
  const size_t colon = listen.rfind(':');
  const std::string shape = fmt::format(
      "\"{}\" is not an address to listen on: write HOST:PORT, such as 127.0.0.1:8000.", listen);
  if (colon == std::string::npos || colon == 0) return Refusal(shape);
  const auto port = whole_number(std::string_view(listen).substr(colon + 1));
  if (!port || *port > 65535) return Refusal(shape);
  std::string host = listen.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";

  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (error) return Refusal(shape);
  if (!address.is_loopback()) {
    return Refusal(fmt::format(
        "{} can be reached from other machines, and this version does not check who sends a "
        "request. Listen on 127.0.0.1 or [::1].",
        host));
  }
  options.host = host;
  options.port = static_cast<uint16_t>(*port);
  return {};
}

// Leaves `to` as it is where nothing was written.
template <class Number>
tl::expected<void, std::string> set_number(const std::string& text, std::string_view name,
                                           uint64_t max, Number& to, uint64_t min = 1) {
  if (text.empty()) return {};
  const auto number = whole_number(text);
  if (!number || *number < min || *number > max) {
    return Refusal(fmt::format("\"{}\" makes no sense as {}: write a whole number from {} to {}.",
                               text, name, min, max));
  }
  to = static_cast<Number>(*number);
  return {};
}

tl::expected<void, std::string> set_numbers(const ServeArguments& arguments,
                                            ServeOptions& options) {
  auto set = set_number(arguments.threads, "a number of threads", kMaxThreads, options.threads);
  if (!set) return set;
  set = set_number(arguments.cache_mib, "a cache size in MiB", kMaxCacheMib, options.cache_mib);
  if (!set) return set;
  set = set_number(arguments.item_collection_limit, "a limit of item collections in bytes",
                   kMaxItemCollection, options.item_collection_limit);
  if (!set) return set;
  set = set_number(arguments.partition_size, "a size of partitions in MiB", kMaxPartitionMib,
                   options.partition_size_mib);
  if (!set) return set;
  set = set_number(arguments.ttl_change_interval, "seconds between changes of Time to Live",
                   kMaxTtlChangeInterval, options.ttl_change_interval, 0);
  if (!set) return set;
  return set_number(arguments.ttl_sweep_interval_ms, "milliseconds between looks for expired items",
                    kMaxTtlSweepIntervalMs, options.ttl_sweep_interval_ms);
}

bool is_region(std::string_view text) {
  return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-';
         });
}

tl::expected<void, std::string> set_texts(const ServeArguments& arguments, ServeOptions& options) {
  if (!arguments.region.empty()) {
    if (!is_region(arguments.region)) {
      return Refusal(fmt::format(
          "\"{}\" is not a region: write small letters, digits and hyphens, such as us-east-1.",
          arguments.region));
    }
    options.region = arguments.region;
  }
  if (!arguments.log_level.empty()) {
    if (std::find(kLogLevels.begin(), kLogLevels.end(), arguments.log_level) == kLogLevels.end()) {
      return Refusal(
          fmt::format("\"{}\" is not a log level: write debug, info, warning, error or off.",
                      arguments.log_level));
    }
    options.log_level = arguments.log_level;
  }
  return {};
}

}  // namespace

tl::expected<ServeOptions, std::string> read_serve_options(const ServeArguments& flags) {
  ServeArguments arguments = flags;
  if (!arguments.config.empty()) {
    if (auto read = read_config(arguments); !read) return Refusal(read.error());
  }
  ServeOptions options;
  options.threads = std::clamp(std::thread::hardware_concurrency(), 1U, kMaxThreads);
  options.ephemeral = arguments.ephemeral;
  options.throttling = arguments.throttling;
  if (arguments.ephemeral && !arguments.data.empty()) {
    return Refusal(
        std::string("An ephemeral server keeps nothing, so it takes no data folder: leave out "
                    "either `ephemeral` or `data`."));
  }
  if (!arguments.data.empty()) options.data = arguments.data;
  if (!arguments.listen.empty()) {
    if (auto set = set_listen(arguments.listen, options); !set) return Refusal(set.error());
  }
  if (auto set = set_numbers(arguments, options); !set) return Refusal(set.error());
  if (auto set = set_texts(arguments, options); !set) return Refusal(set.error());
  return options;
}

}  // namespace jedlik::main
