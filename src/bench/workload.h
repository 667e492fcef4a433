#pragma once

#include "bench/bodies.h"
#include "bench/insert_counter.h"
#include "bench/key_chooser.h"
#include "bench/operation_source.h"
#include "bench/random_stream.h"
#include "bench/settings.h"

namespace jedlik::bench {

// The operations of a mix, without end. One thread at a time.
class Workload final : public OperationSource {
 public:
  // `inserts` is shared by all threads; it and `settings` outlive this. `seed` is the thread's own.
  Workload(const Settings& settings, InsertCounter& inserts, uint64_t seed);

  Begun begin(Exchange& exchange) override;
  Outcome answered(Exchange& exchange, const Answer& answer, Failure& failure) override;
  void lost(Exchange& exchange) override;

 private:
  Operation choose_operation();
  void write_first_request(Exchange& exchange);
  void choose_items(Exchange& exchange);

  const Settings& settings_;
  InsertCounter& inserts_;
  RandomStream random_;
  KeyChooser keys_;
  Bodies bodies_;
};

}  // namespace jedlik::bench
