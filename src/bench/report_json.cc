#include <fmt/format.h>

#include <iterator>

#include "bench/report.h"

namespace jedlik::bench {

namespace {

std::string quoted(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      json += fmt::format("\\u{:04x}", static_cast<int>(c));
    } else {
      json += c;
    }
  }
  return json + '"';
}

std::string ms(std::chrono::nanoseconds duration) {
  return fmt::format("{:.6g}", std::chrono::duration<double, std::milli>(duration).count());
}

std::string seconds(std::chrono::nanoseconds duration) {
  return fmt::format("{:.9g}", std::chrono::duration<double>(duration).count());
}

std::string_view name_of(Distribution distribution) {
  switch (distribution) {
    case Distribution::kUniform:
      return "uniform";
    case Distribution::kZipfian:
      return "zipfian";
    case Distribution::kLatest:
      return "latest";
  }
  return "";
}

std::string settings_json(const Settings& settings) {
  return fmt::format(
      R"({{"workload":{},"endpoint":{},"region":{},"signed":{},"table":{},"items":{},)"
      R"("item_bytes":{},"fields":{},"distribution":"{}","theta":{},"query_items":{},)"
      R"("scan_items":{},"batch_items":{},"consistent":{},"connections":{},"threads":{},)"
      R"("rate_per_s":{},"warm_up_s":{},"duration_s":{},"seed":{}}})",
      quoted(settings.mix.name), quoted(settings.endpoint.url), quoted(settings.region),
      settings.is_signed, quoted(settings.items.table), settings.item_count,
      settings.items.value_bytes, settings.items.fields, name_of(settings.distribution),
      settings.theta,
      settings.mix.needs_sort_key ? std::to_string(settings.items.items_per_key) : "null",
      settings.scan_items, settings.batch_items, settings.is_consistent, settings.connections,
      settings.threads, settings.rate > 0 ? fmt::format("{:.10g}", settings.rate) : "null",
      seconds(settings.warm_up), seconds(settings.duration), settings.seed);
}

std::string latencies_json(const Histogram& latencies) {
  std::string json =
      fmt::format(R"({{"min":{},"mean":{})", ms(latencies.min()), ms(latencies.mean()));
  for (const double percent : {50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 99.99}) {
    fmt::format_to(std::back_inserter(json), R"(,"p{}":{})", percent,
                   ms(latencies.percentile(percent)));
  }
  return json + fmt::format(R"(,"max":{}}})", ms(latencies.max()));
}

std::string operation_json(const Histogram& latencies, uint64_t errors,
                           std::chrono::nanoseconds elapsed) {
  const double time = std::chrono::duration<double>(elapsed).count();
  return fmt::format(R"({{"count":{},"per_second":{:.1f},"errors":{},"latency_ms":{}}})",
                     latencies.count(),
                     time > 0 ? static_cast<double>(latencies.count()) / time : 0, errors,
                     latencies_json(latencies));
}

}  // namespace

std::string report_json(const Report& report) {
  std::string operations;
  Histogram all;
  for (const Share& share : report.settings.mix.shares) {
    const auto& results = report.results.of(share.operation);
    operations += fmt::format("{}{}:{}", operations.empty() ? "" : ",",
                              quoted(bench::name_of(share.operation)),
                              operation_json(results.latencies, results.errors, report.elapsed));
    all.merge(results.latencies);
  }
  std::string errors;
  for (const auto& [type, error] : report.results.errors) {
    errors +=
        fmt::format(R"({}{{"type":{},"count":{},"first_message":{}}})", errors.empty() ? "" : ",",
                    quoted(type), error.count, quoted(error.first_message));
  }
  return fmt::format(
      R"({{"settings":{},"elapsed_s":{},"operations":{{{}}},"all":{},"errors":[{}],"never_begun":{}}})"
      "\n",
      settings_json(report.settings), seconds(report.elapsed), operations,
      operation_json(all, report.results.failed(), report.elapsed), errors,
      report.results.never_begun);
}

}  // namespace jedlik::bench
