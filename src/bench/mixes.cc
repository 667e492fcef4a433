#include "bench/mixes.h"

#include <algorithm>
#include <array>

namespace jedlik::bench {

namespace {

// The files workloads/workloada to workloadf of YCSB.
const std::array<Mix, 6>& ycsb() {
  using enum Operation;
  using enum Distribution;
  static const std::array<Mix, 6> mixes{{
      {"a", {{kGet, 0.5}, {kUpdate, 0.5}}, kZipfian},
      {"b", {{kGet, 0.95}, {kUpdate, 0.05}}, kZipfian},
      {"c", {{kGet, 1}}, kZipfian},
      {"d", {{kGet, 0.95}, {kInsert, 0.05}}, kLatest},
      {"e", {{kScan, 0.95}, {kInsert, 0.05}}, kZipfian},
      {"f", {{kGet, 0.5}, {kReadModifyWrite, 0.5}}, kZipfian},
  }};
  return mixes;
}

constexpr std::array kSingle{Operation::kGet,         Operation::kPut,
                             Operation::kUpdate,      Operation::kConditionalUpdate,
                             Operation::kQuery,       Operation::kScan,
                             Operation::kBatchGet,    Operation::kBatchWrite,
                             Operation::kTransactGet, Operation::kTransactWrite};

}  // namespace

std::optional<Mix> find_mix(std::string_view name) {
  const auto mix = std::find_if(ycsb().begin(), ycsb().end(),
                                [name](const Mix& each) { return each.name == name; });
  if (mix != ycsb().end()) return *mix;
  const auto single = std::find_if(kSingle.begin(), kSingle.end(),
                                   [name](Operation each) { return name_of(each) == name; });
  if (single == kSingle.end()) return std::nullopt;
  return Mix{
      std::string(name), {{*single, 1}}, Distribution::kUniform, *single == Operation::kQuery};
}

std::string mix_names() {
  std::string names;
  for (const Mix& mix : ycsb())
    names += mix.name + ", ";
  for (const Operation operation : kSingle) {
    if (operation == kSingle.back()) names.replace(names.size() - 2, 2, " or ");
    names += std::string(name_of(operation)) + ", ";
  }
  names.resize(names.size() - 2);
  return names;
}

}  // namespace jedlik::bench
