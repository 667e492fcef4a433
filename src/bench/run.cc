#include "bench/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "bench/caller.h"
#include "bench/drive.h"
#include "bench/insert_counter.h"
#include "bench/load_source.h"
#include "bench/number_text.h"
#include "bench/progress.h"
#include "bench/table_setup.h"
#include "bench/workload.h"

namespace jedlik::bench {

namespace {

using Refusal = tl::unexpected<std::string>;

// The first of the endpoint's addresses that takes a connection; the last one, if none does.
tl::expected<Peer, std::string> find_peer(const Settings& settings, const TlsContext* tls,
                                          const Clock& clock) {
  const auto addresses = resolve(settings.endpoint);
  if (!addresses) return Refusal(addresses.error());
  Peer peer{addresses->back(), &settings.endpoint, tls};
  for (const Address& address : *addresses) {
    const Peer candidate{address, &settings.endpoint, nullptr};
    if (Caller(settings, candidate, clock).can_connect()) {
      peer.address = address;
      break;
    }
  }
  return peer;
}

class Run {
 public:
  Run(const Settings& settings, const Peer& peer, const Clock& clock, const std::atomic<bool>& stop)
      : settings_(settings), peer_(peer), clock_(clock), stop_(stop) {}

  tl::expected<Outcome, std::string> run() {
    Caller caller(settings_, peer_, clock_);
    const auto table = prepare_table(settings_, caller);
    if (!table) return Refusal(table.error());
    if (table->needs_load) {
      if (auto loaded = load(); !loaded) return Refusal(loaded.error());
    }
    Outcome outcome = measure();
    if (settings_.drops_table) {
      if (auto dropped = drop_table(settings_, caller); !dropped) return Refusal(dropped.error());
    }
    return outcome;
  }

 private:
  tl::expected<void, std::string> load();
  Outcome measure();

  const Settings& settings_;
  const Peer& peer_;
  const Clock& clock_;
  const std::atomic<bool>& stop_;
};

tl::expected<void, std::string> Run::load() {
  LoadState state(settings_.item_count);
  std::vector<std::unique_ptr<OperationSource>> sources;
  for (uint64_t i = 0; i < settings_.threads; ++i) {
    sources.push_back(std::make_unique<LoadSource>(settings_, state, clock_, settings_.seed + i));
  }
  ProgressLine line;
  const TimePoint start = clock_.steady_now();
  SharedResults results;
  drive({settings_, peer_, clock_, stop_, sources, 0, start, {start, TimePoint::max()}}, results,
        [&] {
          line.show(fmt::format("Filling the table {}: {} of {} items", settings_.items.table,
                                with_commas(state.written()), with_commas(state.items())));
        });
  line.clear();
  if (const auto failure = state.failure()) {
    return Refusal(fmt::format("The table {} could not be filled. {}", settings_.items.table,
                               sentence_of(*failure)));
  }
  if (state.written() < state.items())
    return Refusal(fmt::format("Stopped while the table {} was filled.", settings_.items.table));
  return {};
}

Outcome Run::measure() {
  InsertCounter inserts(settings_.item_count);
  std::vector<std::unique_ptr<OperationSource>> sources;
  for (uint64_t i = 0; i < settings_.threads; ++i) {
    // Seeds of threads are far from each other, so that neighbours are free for parts of one.
    const uint64_t seed = settings_.seed + 1000 * (i + 1);
    sources.push_back(std::make_unique<Workload>(settings_, inserts, seed));
  }
  ProgressLine line;
  SharedResults results;
  const TimePoint start = clock_.steady_now();
  const Dispatcher::Window window{start + settings_.warm_up,
                                  start + settings_.warm_up + settings_.duration};
  uint64_t last_count = 0;
  drive({settings_, peer_, clock_, stop_, sources, settings_.rate, start, window}, results, [&] {
    results.read([&](const Results& so_far) {
      line.show(progress_text(settings_, so_far, clock_.steady_now() - start, last_count));
      last_count = so_far.succeeded();
    });
  });
  line.clear();
  Outcome outcome{{}, settings_.duration};
  if (stop_) {
    outcome.elapsed = std::clamp(clock_.steady_now() - window.from, std::chrono::nanoseconds(0),
                                 settings_.duration);
  }
  results.read([&](const Results& all) { outcome.results.merge(all); });
  return outcome;
}

}  // namespace

tl::expected<Outcome, std::string> run(const Settings& settings, const Clock& clock,
                                       const std::atomic<bool>& stop) {
  std::optional<TlsContext> tls;
  if (settings.endpoint.is_tls) {
    auto made = TlsContext::make();
    if (!made) return Refusal(made.error());
    tls.emplace(std::move(*made));
  }
  const auto peer = find_peer(settings, tls ? &*tls : nullptr, clock);
  if (!peer) return Refusal(peer.error());
  return Run(settings, *peer, clock, stop).run();
}

}  // namespace jedlik::bench
