#include "bench/key_chooser.h"

namespace jedlik::bench {

namespace {
// ScrambledZipfianGenerator.ITEM_COUNT of YCSB.
constexpr uint64_t kRanks = 10'000'000'000;
}  // namespace

KeyChooser::KeyChooser(Distribution distribution, double theta, uint64_t items,
                       const InsertCounter& inserts)
    : items_(items), inserts_(inserts) {
  if (distribution == Distribution::kZipfian) scattered_.emplace(kRanks, theta);
  if (distribution == Distribution::kLatest) latest_.emplace(items, theta);
}

uint64_t KeyChooser::next(RandomStream& random) {
  if (scattered_) return scatter(scattered_->next(random)) % items_;
  if (!latest_) return random.below(items_);
  latest_->grow(inserts_.end());
  return latest_->items() - 1 - latest_->next(random);
}

}  // namespace jedlik::bench
