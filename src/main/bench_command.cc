#include "main/bench_command.h"

#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "base/clock.h"
#include "bench/report.h"
#include "bench/run.h"
#include "main/file_limit.h"

namespace jedlik::main {

namespace {

constexpr const char* kAbout =
    "Puts a load on a DynamoDB endpoint and measures it: this server, AWS, or another one.\n\n"
    "Workloads, YCSB's core workloads:\n"
    "  a  half GetItem, half UpdateItem            d  95% GetItem of new items, 5% PutItem of "
    "more\n"
    "  b  95% GetItem, 5% UpdateItem               e  95% Scan, 5% PutItem of more\n"
    "  c  GetItem                                  f  half GetItem, half GetItem and UpdateItem\n"
    "and single operations:\n"
    "  get, put, update, conditional-update, query, scan, batch-get, batch-write,\n"
    "  transact-get, transact-write\n\n"
    "The table is made and filled if it is not there. `jedlik bench a` is enough to start, beside "
    "a\n"
    "`jedlik serve`.";

void add(CLI::App& command, const std::string& group, const char* flag, const char* type,
         std::string& to, const std::string& about) {
  command.add_option(flag, to, about)->type_name(type)->group(group);
}

void declare_load(CLI::App& command, BenchArguments& arguments) {
  const std::string group = "How much";
  add(command, group, "--connections", "N", arguments.connections,
      "Connections, each with one request at a time [32]");
  add(command, group, "--threads", "N", arguments.threads, "Threads that share them [1]");
  add(command, group, "--rate", "R", arguments.rate,
      "Operations a second, whether answers come or not, and latencies from the time that each was "
      "due [as fast as answers come]");
  add(command, group, "--warmup", "S", arguments.warm_up, "Seconds before it measures [2]");
  add(command, group, "--duration", "S", arguments.duration, "Seconds that it measures [10]");
  add(command, group, "--timeout", "S", arguments.timeout, "Seconds to wait for an answer [30]");
}

void declare_items(CLI::App& command, BenchArguments& arguments) {
  const std::string group = "Of what";
  add(command, group, "--table", "T", arguments.table,
      "The table [jedlik-bench; of query jedlik-bench-query]");
  add(command, group, "--items", "N", arguments.items, "Items in the table [10000]");
  add(command, group, "--item-bytes", "N", arguments.item_bytes,
      "Bytes of an item's values, together [1000]");
  add(command, group, "--fields", "N", arguments.fields, "Values of an item [10]");
  add(command, group, "--distribution", "D", arguments.distribution,
      "Which items are wanted: zipfian, uniform or latest [d: latest; a, b, c, e, f: zipfian; "
      "single "
      "operations: uniform]");
  add(command, group, "--theta", "X", arguments.theta,
      "How uneven zipfian and latest are, between 0 and 1 [0.99]");
  add(command, group, "--query-items", "N", arguments.query_items, "Items of each query [10]");
  add(command, group, "--scan-items", "N", arguments.scan_items,
      "Most items of a scan, which asks for 1 to N [100]");
  add(command, group, "--batch-items", "N", arguments.batch_items,
      "Items of each batch and transaction [10]");
  command.add_flag("--consistent", arguments.consistent, "Strongly consistent reads")->group(group);
  command.add_flag("--load", arguments.load, "Fill the table, even if the items are there")
      ->group(group);
  command.add_flag("--no-load", arguments.no_load, "Take the table as it is")->group(group);
  command.add_flag("--drop", arguments.drop, "Delete the table at the end")->group(group);
  add(command, group, "--seed", "N", arguments.seed, "Repeats what was random [random]");
}

void declare_endpoint(CLI::App& command, BenchArguments& arguments) {
  const std::string group = "Where";
  add(command, group, "--endpoint", "URL", arguments.endpoint,
      "http://HOST:PORT or https://HOST [http://127.0.0.1:8000]");
  add(command, group, "--region", "R", arguments.region,
      "AWS region [of the endpoint, AWS_REGION, AWS_DEFAULT_REGION, us-east-1]");
  add(command, group, "--access-key", "ID", arguments.access_key,
      "Access key [AWS_ACCESS_KEY_ID; any for an endpoint that is not AWS's]");
  add(command, group, "--secret-key", "KEY", arguments.secret_key,
      "Secret key [AWS_SECRET_ACCESS_KEY, with AWS_SESSION_TOKEN]");
  command
      .add_flag("--no-sign", arguments.no_sign,
                "A signature of zeros, for servers that do not check it: spares this machine work")
      ->group(group);
  add(command, group, "--json", "FILE", arguments.json,
      "Writes the results as JSON; - is stdout, and the table goes to stderr");
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

int fail(std::string_view sentence, int code) {
  fmt::print(stderr, "jedlik: {}\n", sentence);
  return code;
}

std::atomic<bool> stop_requested{false};

// Ends the load at the first signal; a second one ends the program.
extern "C" void request_stop(int signal) {
  stop_requested = true;
  std::signal(signal, SIG_DFL);
}

bool write_json(const std::string& file, const std::string& json) {
  if (file == "-") return std::fwrite(json.data(), 1, json.size(), stdout) == json.size();
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << json;
  return static_cast<bool>(stream.flush());
}

}  // namespace

void declare_bench(CLI::App& command, BenchArguments& arguments) {
  command.description(kAbout);
  command.add_option("WORKLOAD", arguments.workload, "Which of them")->type_name("")->required();
  declare_load(command, arguments);
  declare_items(command, arguments);
  declare_endpoint(command, arguments);
  command.footer("docs/benchmarking.md says how latencies are measured, and what the JSON has.");
}

int run_bench(const BenchArguments& arguments) {
  const auto options = read_bench_options(arguments, environment);
  if (!options) return fail(options.error(), 2);
  raise_file_limit();
  std::signal(SIGPIPE, SIG_IGN);  // a connection that is gone is an error of its write
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
  const SystemClock clock;
  const auto outcome = bench::run(options->settings, clock, stop_requested);
  if (!outcome) return fail(outcome.error(), 1);
  const bench::Report report{options->settings, outcome->results, outcome->elapsed};
  fmt::print(options->json == "-" ? stderr : stdout, "{}", bench::report_table(report));
  if (!options->json.empty() && !write_json(options->json, bench::report_json(report)))
    return fail(fmt::format("{} could not be written.", options->json), 1);
  return outcome->results.succeeded() > 0 ? 0 : 1;
}

}  // namespace jedlik::main
