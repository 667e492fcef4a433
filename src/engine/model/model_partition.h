#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "engine/model/model_options.h"

namespace jedlik::engine {

// One partition of the model engine: every key with its last few values, so that it can be read as
// it was some commits ago. Not thread-safe.
class ModelPartition {
 public:
  ModelPartition(uint64_t history, PlantedBug bug) : history_(history), bug_(bug) {}

  uint64_t version() const { return version_; }
  // The oldest version that can still be read.
  uint64_t oldest() const { return version_ > history_ ? version_ - history_ : 0; }
  const Tallies& tallies() const { return tallies_; }

  // Whether the key belongs to this partition: a child of a split has a part of them.
  bool covers(Space space, BytesView key) const;

  std::optional<Bytes> read(KeyView key, uint64_t at) const;
  Page scan(Space space, Range range, Direction direction, Budget budget, uint64_t at) const;

  bool conflicts(const Batch& batch) const;
  // The batch must have been checked: its keys are covered, and nothing conflicts.
  void apply(const Batch& batch);

  // Whether it was split, and how.
  const std::optional<Split>& sealed() const { return sealed_; }
  // Seals this partition and fills the children.
  void split(const Split& split, ModelPartition& left, ModelPartition& right);

 private:
  // A key's values, the oldest first, each with the version that wrote it.
  using Cell = std::vector<std::pair<uint64_t, std::optional<Bytes>>>;
  struct Order {
    bool signed_bytes = false;
    bool operator()(BytesView a, BytesView b) const;
    using is_transparent = void;
  };
  using Cells = std::map<Bytes, Cell, Order>;

  static const Bytes* value_at(const Cell& cell, uint64_t at);
  Cells& cells(Space space) { return spaces_[static_cast<size_t>(space)]; }
  const Cells& cells(Space space) const { return spaces_[static_cast<size_t>(space)]; }
  // Calls `visit(key, value)` for the rows in order, until it returns false.
  template <class Visit>
  void walk(const Cells& cells, Range range, Direction direction, uint64_t at, Visit visit) const;
  bool written_after(Space space, BytesView key, uint64_t version) const;
  void write(Space space, const Bytes& key, const std::optional<Bytes>& value);
  void forget();
  void inherit(const ModelPartition& parent, Range range, const Split& split);

  uint64_t history_;
  PlantedBug bug_;
  uint64_t version_ = 0;
  Tallies tallies_{};
  Order order_{bug_ == PlantedBug::kWrongOrder};
  std::array<Cells, kSpaces> spaces_{Cells(order_), Cells(order_), Cells(order_), Cells(order_)};
  Bytes begin_;  // of the items and local index rows that belong here, as in Range
  Bytes end_;
  std::optional<Split> sealed_;

  struct Removal {
    uint64_t version;
    Space space;
    Bytes key;
  };
  std::deque<Removal> removals_;
  // Removals up to this version are no longer remembered.
  uint64_t forgotten_ = 0;
};

}  // namespace jedlik::engine
