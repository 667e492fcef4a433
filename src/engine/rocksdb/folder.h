#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "engine/rocksdb/rocksdb_engine.h"

namespace jedlik::engine::rocks {

// The folder of a database: held by one engine at a time, and known to be in a format that this
// program reads. The file `FORMAT` in it says so, and is what the lock is taken on.
class Folder {
 public:
  // Takes hold of the folder, making it if need be. An error is a sentence for the user.
  static tl::expected<std::unique_ptr<Folder>, std::string> hold(const RocksdbOptions& options);
  // Lets go of it; a temporary folder is removed.
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }

 private:
  Folder() = default;

  std::string path_;
  bool temporary_ = false;
  int lock_fd_ = -1;
};

}  // namespace jedlik::engine::rocks
