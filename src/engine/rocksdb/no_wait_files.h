#pragma once

#include <rocksdb/env.h>

#include <memory>

// Files of RocksDB's tables that can be read without waiting for the disk: what the kernel has in
// its page cache is as good as memory for a serving thread, which may not wait.
namespace jedlik::engine::rocks {

// While one exists, reads of table files on its thread give Status::Busy where they would
// wait for the disk, or where a file would have to be opened. They do not nest.
class NoWait {
 public:
  NoWait() { active = true; }
  ~NoWait() { active = false; }
  NoWait(const NoWait&) = delete;
  NoWait& operator=(const NoWait&) = delete;

  static bool is_on() { return active; }

 private:
  static thread_local constinit bool active;
};

// RocksDB's own environment, but for the table files. It outlives the databases that use it.
std::unique_ptr<rocksdb::Env> no_wait_environment();

}  // namespace jedlik::engine::rocks
