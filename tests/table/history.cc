#include "tests/table/history.h"

#include <algorithm>
#include <optional>
#include <queue>
#include <set>

namespace jedlik::table {

namespace {

using List = std::vector<int64_t>;

std::string shown(const List& list) {
  std::string text = "[";
  for (const int64_t token : list)
    text += (text.size() > 1 ? " " : "") + std::to_string(token);
  return text + "]";
}

bool is_prefix(const List& prefix, const List& list) {
  return prefix.size() <= list.size() && std::equal(prefix.begin(), prefix.end(), list.begin());
}

// Which transaction depends on which: T1 must come before T2 because T2 replaced what T1 wrote
// (write-write), read it (write-read), or wrote what T1 did not see yet (read-write).
enum class Kind : uint8_t { kWriteWrite, kWriteRead, kReadWrite, kRealTime };
constexpr const char* kNames[] = {"ww", "wr", "rw", "rt"};

struct Edge {
  size_t to;
  Kind kind;
};

class Check {
 public:
  Check(const History& history, RealTime real_time)
      : history_(history), real_time_(real_time), edges_(history.transactions.size()) {}

  std::vector<std::string> run() {
    find_writers();
    check_lists();
    check_writes();
    check_reads();
    if (!found_.empty()) return std::move(found_);  // dependencies would make no sense
    add_dependencies();
    check_cycles();
    return std::move(found_);
  }

 private:
  const Transaction& at(size_t t) const { return history_.transactions[t]; }
  const List& list_of(const std::string& key) const {
    static const List kNone;
    const auto found = history_.lists.find(key);
    return found == history_.lists.end() ? kNone : found->second;
  }
  void add(std::string what) { found_.push_back(std::move(what)); }

  void find_writers() {
    for (size_t t = 0; t < history_.transactions.size(); ++t)
      for (const Transaction::Append& append : at(t).appends)
        writers_[append.token] = t;
  }

  void check_lists() {
    for (const auto& [key, list] : history_.lists) {
      const std::set<int64_t> once(list.begin(), list.end());
      if (once.size() < list.size()) add(key + " has a token twice: " + shown(list));
      for (const int64_t token : once)
        if (writers_.count(token) == 0) add(key + " has a token that nobody wrote");
    }
  }

  bool is_there(const Transaction::Append& append) const {
    const List& list = list_of(append.key);
    return std::find(list.begin(), list.end(), append.token) != list.end();
  }

  void check_writes() {
    for (const Transaction& transaction : history_.transactions) {
      const auto there = static_cast<size_t>(
          std::count_if(transaction.appends.begin(), transaction.appends.end(),
                        [this](const auto& append) { return is_there(append); }));
      const size_t all = transaction.appends.size();
      if (transaction.outcome == Transaction::Outcome::kCommitted && there < all)
        add("a lost update: " + transaction.name);
      if (transaction.outcome == Transaction::Outcome::kNot && there > 0)
        add("a write of a transaction that was not committed: " + transaction.name);
      if (transaction.outcome == Transaction::Outcome::kUnknown && there > 0 && there < all)
        add("half a transaction: " + transaction.name);
    }
  }

  void check_reads() {
    for (const Transaction& transaction : history_.transactions)
      for (const Transaction::Read& read : transaction.reads)
        if (!is_prefix(read.list, list_of(read.key)))
          add(transaction.name + " read " + shown(read.list) + " of " + read.key + ", which was " +
              shown(list_of(read.key)));
  }

  void add_edge(size_t from, size_t to, Kind kind) {
    if (from != to) edges_[from].push_back({to, kind});
  }

  void add_dependencies() {
    for (const auto& [key, list] : history_.lists)
      for (size_t i = 0; i + 1 < list.size(); ++i)
        add_edge(writers_[list[i]], writers_[list[i + 1]], Kind::kWriteWrite);
    for (size_t t = 0; t < history_.transactions.size(); ++t) {
      for (const Transaction::Read& read : at(t).reads) {
        const List& list = list_of(read.key);
        const size_t seen = read.list.size();
        if (seen > 0) add_edge(writers_[list[seen - 1]], t, Kind::kWriteRead);
        if (seen < list.size()) add_edge(t, writers_[list[seen]], Kind::kReadWrite);
      }
    }
    if (real_time_ == RealTime::kDoesNotMatter) return;
    for (size_t a = 0; a < history_.transactions.size(); ++a)
      for (size_t b = 0; b < history_.transactions.size(); ++b)
        if (at(a).ended < at(b).begun) add_edge(a, b, Kind::kRealTime);
  }

  // R. Tarjan, "Depth-First Search and Linear Graph Algorithms", 1972, without recursion.
  void check_cycles() {
    const size_t count = edges_.size();
    std::vector<size_t> index(count, 0);
    std::vector<size_t> low(count, 0);
    std::vector<bool> on_stack(count, false);
    std::vector<size_t> stack;
    size_t next = 1;
    for (size_t root = 0; root < count; ++root) {
      if (index[root] != 0) continue;
      std::vector<std::pair<size_t, size_t>> calls{{root, 0}};
      while (!calls.empty()) {
        auto& [node, edge] = calls.back();
        if (edge == 0) {
          index[node] = low[node] = next++;
          stack.push_back(node);
          on_stack[node] = true;
        }
        if (edge < edges_[node].size()) {
          const size_t to = edges_[node][edge++].to;
          if (index[to] == 0) {
            calls.emplace_back(to, 0);
          } else if (on_stack[to]) {
            low[node] = std::min(low[node], index[to]);
          }
          continue;
        }
        const size_t done = node;
        calls.pop_back();
        if (!calls.empty()) low[calls.back().first] = std::min(low[calls.back().first], low[done]);
        if (low[done] == index[done]) take_component(done, stack, on_stack);
      }
    }
  }

  void take_component(size_t root, std::vector<size_t>& stack, std::vector<bool>& on_stack) {
    std::set<size_t> component;
    size_t node = 0;
    do {
      node = stack.back();
      stack.pop_back();
      on_stack[node] = false;
      component.insert(node);
    } while (node != root);
    if (component.size() > 1) tell_cycle(root, component);
  }

  // The shortest one through `start`.
  void tell_cycle(size_t start, const std::set<size_t>& component) {
    std::map<size_t, std::pair<size_t, Kind>> came_from;
    std::queue<size_t> open;
    open.push(start);
    while (!open.empty() && came_from.count(start) == 0) {
      const size_t node = open.front();
      open.pop();
      for (const Edge& edge : edges_[node]) {
        if (component.count(edge.to) == 0 || came_from.count(edge.to) > 0) continue;
        came_from[edge.to] = {node, edge.kind};
        open.push(edge.to);
      }
    }
    std::string path = at(start).name;
    size_t anti_dependencies = 0;
    size_t node = start;
    do {
      const auto [before, kind] = came_from[node];
      if (kind == Kind::kReadWrite) ++anti_dependencies;
      path = at(before).name + " -" + kNames[static_cast<size_t>(kind)] + "-> " + path;
      node = before;
    } while (node != start);
    const char* anomaly = anti_dependencies == 0   ? "G1c"
                          : anti_dependencies == 1 ? "G-single"
                                                   : "G2";
    add(std::string(anomaly) + ": " + path);
  }

  const History& history_;
  const RealTime real_time_;
  std::map<int64_t, size_t> writers_;
  std::vector<std::vector<Edge>> edges_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> find_anomalies(const History& history, RealTime real_time) {
  return Check(history, real_time).run();
}

}  // namespace jedlik::table
