#include "tests/engine/child.h"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "base/ensure.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "tests/engine/crash_load.h"
#include "tests/engine/run.h"

namespace jedlik::engine {
namespace {

// In one write, so that a line is never half there.
void say(const std::string& line) {
  const std::string whole = line + "\n";
  const ssize_t written = ::write(STDOUT_FILENO, whole.data(), whole.size());
  ENSURE(written == static_cast<ssize_t>(whole.size()), "the parent is gone");
}

std::unique_ptr<RocksdbEngine> open(const std::string& path) {
  RocksdbOptions options;
  options.path = path;
  auto opened = RocksdbEngine::open(options);
  ENSURE(opened.has_value(), opened.error());
  return std::move(*opened);
}

// commit <folder> <round>: commits without end, telling what was acknowledged.
int commit_without_end(const std::string& path, int round) {
  const auto engine = open(path);
  std::vector<Task<void>> tasks;
  for (int worker = 0; worker < crash_load::kWorkers; ++worker)
    tasks.push_back(crash_load::commit_without_end(*engine, round, worker, say));
  tasks.push_back(crash_load::change_partitions_without_end(*engine, round, say));
  run_all(std::move(tasks), 2);
  return 0;
}

// fill <folder> <bytes>: commits until files may not grow further, and some more.
int fill_the_disk(const std::string& path, rlim_t bytes) {
  const auto engine = open(path);
  ENSURE(run(engine->create(crash_load::kPartition)).has_value(), "no partition");
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{bytes, bytes};
  ENSURE(::setrlimit(RLIMIT_FSIZE, &limit) == 0, "no limit can be set");
  int failures = 0;
  for (int i = 0; i < 1000 && failures < 3; ++i) {
    Batch batch;
    batch.mutations.push_back({Space::kItems, fmt::format("{:04}", i), Bytes(100'000, 'v')});
    const Committed committed = run(engine->commit(crash_load::kPartition, std::move(batch)));
    say(fmt::format("{} {} {}", static_cast<int>(committed.kind), i, committed.detail));
    if (committed.kind != Committed::Kind::kDone) ++failures;
  }
  const std::vector<KeyView> keys{{Space::kItems, "0000"}};
  const auto fetched = run(engine->fetch(crash_load::kPartition, keys, Consistency::kStrong));
  say(fetched && fetched->values[0] ? "readable" : "unreadable");
  return 0;
}

}  // namespace

int run_child(const std::vector<std::string>& arguments) {
  ENSURE(arguments.size() == 3, "a mode and two arguments");
  if (arguments[0] == "commit") return commit_without_end(arguments[1], std::stoi(arguments[2]));
  if (arguments[0] == "fill") return fill_the_disk(arguments[1], std::stoull(arguments[2]));
  return 1;
}

Child::Child(const std::vector<std::string>& arguments) {
  int ends[2];
  ENSURE(::pipe(ends) == 0, "no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  posix_spawn_file_actions_addclose(&actions, ends[1]);
  std::vector<std::string> all{"test_engine", "--child"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& argument : all)
    argv.push_back(argument.data());
  argv.push_back(nullptr);
  const int failed =
      ::posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  output_ = ends[0];
  ENSURE(failed == 0, "no child");
}

Child::~Child() {
  if (pid_ > 0) {
    kill_hard();
    wait();
  }
  ::close(output_);
}

bool Child::read_line(std::string& line) {
  while (true) {
    const size_t end = buffer_.find('\n');
    if (end != std::string::npos) {
      line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return true;
    }
    char more[4096];
    const ssize_t size = ::read(output_, more, sizeof more);
    if (size <= 0) return false;
    buffer_.append(more, static_cast<size_t>(size));
  }
}

void Child::kill_hard() {
  ::kill(pid_, SIGKILL);
}

int Child::wait() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return status;
}

}  // namespace jedlik::engine
