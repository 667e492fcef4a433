#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>

#include "main/bench_command.h"
#include "main/serve.h"
#include "main/serve_options.h"

namespace {

using jedlik::main::ServeArguments;

// One line an event, on stderr: time, level, then what the event says of itself.
void start_log(const std::string& level) {
  auto logger = spdlog::stderr_logger_mt("jedlik");
  logger->set_pattern("time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v", spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(std::move(logger));
}

void declare_serve(CLI::App& serve, ServeArguments& arguments) {
  serve
      .add_option("--data", arguments.data,
                  "Folder that keeps the data; made if it is not there [./data]")
      ->type_name("DIR");
  serve
      .add_option("--listen", arguments.listen,
                  "Address to listen on; port 0 picks a free one [127.0.0.1:8000]")
      ->type_name("HOST:PORT");
  serve.add_flag("--ephemeral", arguments.ephemeral,
                 "Keep nothing: a temporary folder, removed at the end. For test suites");
  serve.add_option("--region", arguments.region, "AWS region to be [us-east-1]")->type_name("R");
  serve.add_option("--threads", arguments.threads, "Serving threads [one for each core]")
      ->type_name("N");
  serve.add_option("--cache-mib", arguments.cache_mib, "Cache of blocks and rows, in MiB [256]")
      ->type_name("N");
  serve
      .add_option("--item-collection-limit", arguments.item_collection_limit,
                  "Bytes of items with one partition key value, where the table has local indexes; "
                  "for tests [10737418240, which is DynamoDB's 10 GB]")
      ->type_name("BYTES");
  serve
      .add_option("--ttl-change-interval", arguments.ttl_change_interval,
                  "Seconds after a change of a table's Time to Live in which the next is refused; "
                  "0 for tests [3600, which is DynamoDB's hour]")
      ->type_name("SECONDS");
  serve
      .add_option("--ttl-sweep-interval-ms", arguments.ttl_sweep_interval_ms,
                  "Milliseconds between two looks for expired items [1000]")
      ->type_name("MS");
  serve
      .add_option("--partition-size", arguments.partition_size,
                  "Size from which a partition of a table or of an index is split in two, in MiB "
                  "[10240, which is DynamoDB's 10 GB]")
      ->type_name("MIB");
  serve.add_flag(
      "--throttling", arguments.throttling,
      "Refuse what is above DynamoDB's rates, to see how an application takes it. So far "
      "GetRecords: 5 calls and 2 MB a second for each shard");
  serve.add_option("--log-level", arguments.log_level, "debug, info, warning, error or off [info]")
      ->type_name("LEVEL");
  serve
      .add_option("--config", arguments.config,
                  "TOML file with these settings: data = \"...\", listen = \"...\", threads = 2, "
                  "...; flags go before it")
      ->type_name("FILE");
}

// One sentence, and what to do about it.
std::string failure_message(const CLI::App*, const CLI::Error& error) {
  return fmt::format(
      "jedlik: {}. `jedlik --help`, `jedlik serve --help` and `jedlik bench --help` say what there "
      "is.\n",
      error.what());
}

int run_serve(const ServeArguments& arguments) {
  const auto options = jedlik::main::read_serve_options(arguments);
  if (!options) {
    fmt::print(stderr, "jedlik: {}\n", options.error());
    return 2;
  }
  start_log(options->log_level);
  return jedlik::main::serve(*options);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Jedlik is a database that speaks the Amazon DynamoDB API.\n"
      "Start it with `jedlik serve` and point an AWS SDK or the AWS CLI at it with an endpoint "
      "URL.");
  app.require_subcommand(1);
  app.failure_message(failure_message);
  app.set_version_flag("--version", "jedlik " JEDLIK_VERSION);
  CLI::App* serve = app.add_subcommand("serve", "Serve the DynamoDB API over HTTP");
  ServeArguments arguments;
  declare_serve(*serve, arguments);
  CLI::App* bench = app.add_subcommand("bench", "Put a load on a DynamoDB endpoint and measure it");
  jedlik::main::BenchArguments bench_arguments;
  jedlik::main::declare_bench(*bench, bench_arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  }
  return bench->parsed() ? jedlik::main::run_bench(bench_arguments) : run_serve(arguments);
}
