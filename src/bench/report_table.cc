#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "bench/number_text.h"
#include "bench/report.h"

namespace jedlik::bench {

namespace {

using Row = std::array<std::string, 10>;

// "1 thread", "2 threads".
std::string counted(uint64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", with_commas(count), thing, count == 1 ? "" : "s");
}

std::string rate_text(uint64_t count, std::chrono::nanoseconds elapsed) {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  return with_commas(seconds > 0 ? static_cast<uint64_t>(static_cast<double>(count) / seconds) : 0);
}

Row row_of(std::string_view name, const Histogram& latencies, uint64_t errors,
           std::chrono::nanoseconds elapsed) {
  return {std::string(name),
          with_commas(latencies.count()),
          rate_text(latencies.count(), elapsed),
          milliseconds_text(latencies.mean()),
          milliseconds_text(latencies.percentile(50)),
          milliseconds_text(latencies.percentile(90)),
          milliseconds_text(latencies.percentile(99)),
          milliseconds_text(latencies.percentile(99.9)),
          milliseconds_text(latencies.max()),
          with_commas(errors)};
}

// The first column to the left, the numbers to the right.
void append_rows(std::string& to, const std::vector<Row>& rows) {
  std::array<size_t, std::tuple_size_v<Row>> widths{};
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  }
  for (const Row& row : rows) {
    to += fmt::format("{:<{}}", row[0], widths[0]);
    for (size_t i = 1; i < row.size(); ++i)
      to += fmt::format("  {:>{}}", row[i], widths[i]);
    to += '\n';
  }
}

void append_heading(std::string& to, const Settings& settings, std::chrono::nanoseconds elapsed) {
  fmt::format_to(std::back_inserter(to), "{} on {}, table {}: {} of {}\n", settings.mix.name,
                 settings.endpoint.url, settings.items.table, counted(settings.item_count, "item"),
                 counted(settings.items.value_bytes, "byte"));
  const std::string loop =
      settings.rate > 0 ? fmt::format("open loop at {:.10g}/s", settings.rate) : "closed loop";
  fmt::format_to(std::back_inserter(to), "{}, {}, {}, {} s after {} s of warm-up\n\n",
                 counted(settings.connections, "connection"), counted(settings.threads, "thread"),
                 loop, fmt::format("{:.3g}", std::chrono::duration<double>(elapsed).count()),
                 seconds_text(settings.warm_up));
}

void append_errors(std::string& to, const Results& results) {
  if (results.never_begun > 0) {
    fmt::format_to(std::back_inserter(to),
                   "\n{} were due and found no free connection until the end: the rate is more "
                   "than the server, or this machine, can do.\n",
                   counted(results.never_begun, "operation"));
  }
  if (results.errors.empty()) return;
  to += "\nErrors, with the first message of each type:\n";
  for (const auto& [type, error] : results.errors) {
    fmt::format_to(std::back_inserter(to), "  {} x {}{}{}\n", with_commas(error.count), type,
                   error.first_message.empty() ? "" : ": ", error.first_message);
  }
}

}  // namespace

std::string report_table(const Report& report) {
  std::string table;
  append_heading(table, report.settings, report.elapsed);
  std::vector<Row> rows{
      {"ms", "count", "per s", "mean", "p50", "p90", "p99", "p99.9", "max", "errors"}};
  Histogram all;
  for (const Share& share : report.settings.mix.shares) {
    const auto& results = report.results.of(share.operation);
    rows.push_back(
        row_of(name_of(share.operation), results.latencies, results.errors, report.elapsed));
    all.merge(results.latencies);
  }
  if (rows.size() > 2) rows.push_back(row_of("all", all, report.results.failed(), report.elapsed));
  append_rows(table, rows);
  append_errors(table, report.results);
  return table;
}

}  // namespace jedlik::bench
