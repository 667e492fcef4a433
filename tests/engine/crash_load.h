#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/engine.h"

// The load under which an engine's process is killed, and the check of what is left.
namespace jedlik::engine::crash_load {

inline constexpr int kWorkers = 6;
inline constexpr PartitionId kPartition{1};

// Says a line for each thing that was acknowledged.
using Say = std::function<void(const std::string&)>;

// Commits rows to kPartition, which it creates. "row <round> <worker> <number>".
Task<void> commit_without_end(Engine& engine, int round, int worker, Say say);

// Creates, fills, splits and drops partitions. "created <id>", "split <id>", "dropped <id>".
Task<void> change_partitions_without_end(Engine& engine, int round, Say say);

// What is wrong with an engine that was opened after all of these lines had been said, and possibly
// more been done: empty if nothing is.
std::vector<std::string> check(Engine& engine, const std::vector<std::string>& said);

}  // namespace jedlik::engine::crash_load
