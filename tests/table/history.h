#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

// A checker of serializability for histories of transactions on lists, to which tokens are
// appended, each token once: K. Kingsbury and P. Alvaro, "Elle: Inferring Isolation Anomalies from
// Experimental Observations", VLDB 2020; the dependencies and the names of anomalies are those of
// A. Adya, "Weak Consistency: A Generalized Theory and Optimistic Implementations for Distributed
// Transactions", MIT 1999.
//
// Because a list shows all tokens before a write, in their order, what was read tells which
// transactions must have come before which others. A history is serializable if these dependencies
// have no cycle, nobody read what was not committed, and no committed write is lost.
namespace jedlik::table {

struct Transaction {
  enum class Outcome : uint8_t { kCommitted, kNot, kUnknown };
  struct Read {
    std::string key;
    std::vector<int64_t> list;  // as it was, before what the transaction itself appended
  };
  struct Append {
    std::string key;
    int64_t token;
  };

  std::string name;  // for people
  Outcome outcome = Outcome::kUnknown;
  std::vector<Read> reads;  // empty unless committed
  std::vector<Append> appends;
  // Moments of one clock for all.
  uint64_t begun = 0;
  uint64_t ended = UINT64_MAX;
};

struct History {
  std::vector<Transaction> transactions;
  // The lists when everything had come to rest.
  std::map<std::string, std::vector<int64_t>> lists;
};

// Whether one that ended before another began must come before it.
enum class RealTime : uint8_t { kDoesNotMatter, kMatters };

// What is wrong with the history, in words; nothing if it is serializable.
std::vector<std::string> find_anomalies(const History& history, RealTime real_time);

}  // namespace jedlik::table
