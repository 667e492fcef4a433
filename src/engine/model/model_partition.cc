#include "engine/model/model_partition.h"

#include <algorithm>

namespace jedlik::engine {
namespace {

bool has_range(Space space) {
  return space == Space::kItems || space == Space::kLocalIndex;
}

}  // namespace

bool ModelPartition::Order::operator()(BytesView a, BytesView b) const {
  if (!signed_bytes) return a < b;
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return static_cast<int8_t>(x) < static_cast<int8_t>(y);
  });
}

bool ModelPartition::covers(Space space, BytesView key) const {
  if (!has_range(space)) return true;
  return key >= begin_ && (end_.empty() || key < end_);
}

const Bytes* ModelPartition::value_at(const Cell& cell, uint64_t at) {
  for (auto entry = cell.rbegin(); entry != cell.rend(); ++entry)
    if (entry->first <= at) return entry->second ? &*entry->second : nullptr;
  return nullptr;
}

std::optional<Bytes> ModelPartition::read(KeyView key, uint64_t at) const {
  const Cells& all = cells(key.space);
  const auto found = all.find(key.bytes);
  if (found == all.end()) return std::nullopt;
  const Bytes* value = value_at(found->second, at);
  return value != nullptr ? std::optional<Bytes>(*value) : std::nullopt;
}

template <class Visit>
void ModelPartition::walk(const Cells& cells, Range range, Direction direction, uint64_t at,
                          Visit visit) const {
  if (!range.end.empty() && !cells.key_comp()(range.begin, range.end)) return;
  const auto first = cells.lower_bound(range.begin);
  auto last = range.end.empty() ? cells.end() : cells.lower_bound(range.end);
  if (bug_ == PlantedBug::kInclusiveEnd && !range.end.empty()) last = cells.upper_bound(range.end);
  if (direction == Direction::kForward || bug_ == PlantedBug::kForwardWhenBackward) {
    for (auto cell = first; cell != last; ++cell)
      if (const Bytes* value = value_at(cell->second, at))
        if (!visit(cell->first, *value)) return;
    return;
  }
  for (auto cell = last; cell != first;) {
    --cell;
    if (const Bytes* value = value_at(cell->second, at))
      if (!visit(cell->first, *value)) return;
  }
}

Page ModelPartition::scan(Space space, Range range, Direction direction, Budget budget,
                          uint64_t at) const {
  Page page;
  page.version = Version{at};
  bool full = false;
  size_t seen = 0;
  walk(cells(space), range, direction, at, [&](const Bytes& key, const Bytes& value) {
    if (full) {
      page.more = true;
      return false;
    }
    if (++seen % 5 == 0 && bug_ == PlantedBug::kPageLosesRow) return true;
    page.append(key, value);
    if (seen % 5 == 0 && bug_ == PlantedBug::kPageRepeatsRow) page.append(key, value);
    const size_t extra = bug_ == PlantedBug::kPageTooLong ? 1 : 0;
    full = page.size() >= budget.rows + extra || page.bytes() >= budget.bytes;
    return true;
  });
  if (bug_ == PlantedBug::kEarlyEnd && page.size() > 3) page.more = false;
  return page;
}

bool ModelPartition::written_after(Space space, BytesView key, uint64_t version) const {
  const Cells& all = cells(space);
  const auto found = all.find(key);
  if (found == all.end()) return version < forgotten_;
  const auto& [written, value] = found->second.back();
  if (!value && bug_ == PlantedBug::kForgottenRemoval) return false;
  return written > version;
}

bool ModelPartition::conflicts(const Batch& batch) const {
  const auto read_at = static_cast<uint64_t>(batch.read_at);
  switch (batch.guard) {
    case Batch::Guard::kNone:
      return false;
    case Batch::Guard::kPartition:
      return read_at != version_ && bug_ != PlantedBug::kMissedVersionConflict;
    case Batch::Guard::kKeys:
      if (bug_ == PlantedBug::kMissedKeyConflict) return false;
      return std::any_of(batch.depends_on.begin(), batch.depends_on.end(), [&](const auto& key) {
        return written_after(key.first, key.second, read_at);
      });
  }
  return true;
}

void ModelPartition::write(Space space, const Bytes& key, const std::optional<Bytes>& value) {
  Cell& cell = cells(space)[key];
  if (!cell.empty() && cell.back().first == version_) cell.pop_back();
  cell.emplace_back(version_, value);
  // Of the values that no reader of `oldest()` or later can see, keep none.
  const uint64_t floor = oldest();
  size_t hidden = 0;
  while (hidden + 1 < cell.size() && cell[hidden + 1].first <= floor)
    ++hidden;
  cell.erase(cell.begin(), cell.begin() + static_cast<std::ptrdiff_t>(hidden));
  if (!value) removals_.push_back({version_, space, key});
}

void ModelPartition::forget() {
  while (!removals_.empty() && removals_.front().version <= oldest()) {
    const Removal& removal = removals_.front();
    Cells& all = cells(removal.space);
    const auto found = all.find(removal.key);
    if (found != all.end() && found->second.back().first == removal.version) all.erase(found);
    forgotten_ = removal.version;
    removals_.pop_front();
  }
}

void ModelPartition::apply(const Batch& batch) {
  const bool turn = version_ % 7 == 3;
  if (!(bug_ == PlantedBug::kVersionStands && turn)) ++version_;
  if (bug_ == PlantedBug::kLostWrite && turn) return;
  size_t count = batch.mutations.size();
  if (bug_ == PlantedBug::kHalfBatch && turn) count = (count + 1) / 2;
  for (size_t i = 0; i < count; ++i)
    write(batch.mutations[i].space, batch.mutations[i].key, batch.mutations[i].value);
  if (!(bug_ == PlantedBug::kWrongTally && batch.mutations.empty()))
    for (size_t i = 0; i < kTallies; ++i)
      tallies_[i] += batch.tally_changes[i];
  if (batch.journal_record && !(bug_ == PlantedBug::kLostJournal && turn)) {
    const uint64_t under = bug_ == PlantedBug::kEarlyJournal ? version_ - 1 : version_;
    write(Space::kJournal, journal_key(Version{under}), batch.journal_record);
  }
  forget();
}

void ModelPartition::inherit(const ModelPartition& parent, Range range, const Split& split) {
  begin_ = range.begin;
  end_ = range.end;
  for (const Space space : {Space::kItems, Space::kLocalIndex}) {
    parent.walk(parent.cells(space), range, Direction::kForward, parent.version_,
                [&](const Bytes& key, const Bytes& value) {
                  if (bug_ == PlantedBug::kLostAtSplit && key == split.at) return true;
                  cells(space)[key].emplace_back(0, value);
                  const Tallies weight = split.weigh(space, key, value);
                  for (size_t i = 0; i < kTallies; ++i)
                    tallies_[i] += weight[i];
                  return true;
                });
  }
}

void ModelPartition::split(const Split& split, ModelPartition& left, ModelPartition& right) {
  left.inherit(*this, {begin_, split.at}, split);
  right.inherit(*this, {split.at, end_}, split);
  if (bug_ == PlantedBug::kTwiceAtSplit) {
    if (const auto row = read({Space::kItems, split.at}, version_))
      left.cells(Space::kItems)[split.at].emplace_back(0, row);
    left.end_ = end_;
  }
  if (bug_ == PlantedBug::kUnweighedSplit) left.tallies_ = tallies_;
  sealed_ = split;
}

}  // namespace jedlik::engine
