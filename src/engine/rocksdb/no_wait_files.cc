#include "engine/rocksdb/no_wait_files.h"

#include <fcntl.h>
#include <rocksdb/file_system.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

namespace jedlik::engine::rocks {
namespace {

using rocksdb::IOStatus;

constexpr std::string_view kTableFile = ".sst";

// A table file, which does not change any more.
class TableFile final : public rocksdb::FSRandomAccessFile {
 public:
  TableFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  ~TableFile() override { close(descriptor_); }
  TableFile(const TableFile&) = delete;

  IOStatus Read(uint64_t offset, size_t bytes, const rocksdb::IOOptions& /*options*/,
                rocksdb::Slice* result, char* scratch,
                rocksdb::IODebugContext* /*context*/) const override {
    const bool may_wait = !NoWait::is_on();
    size_t done = 0;
    *result = rocksdb::Slice();
    while (done < bytes) {
      if (!may_wait && !can_tell_.load(std::memory_order_relaxed)) return IOStatus::Busy();
      const iovec rest{scratch + done, bytes - done};
      const ssize_t read = preadv2(descriptor_, &rest, 1, static_cast<off_t>(offset + done),
                                   may_wait ? 0 : RWF_NOWAIT);
      if (read == 0) break;  // the end of the file
      if (read > 0) {
        done += static_cast<size_t>(read);
      } else if (errno == EOPNOTSUPP && !may_wait) {
        can_tell_.store(false, std::memory_order_relaxed);
      } else if (errno == EAGAIN && !may_wait) {
        return IOStatus::Busy();
      } else if (errno != EINTR) {
        return IOStatus::IOError(path_, std::strerror(errno));
      }
    }
    *result = rocksdb::Slice(scratch, done);
    return IOStatus::OK();
  }

  // A hint: RocksDB reads ahead by itself where it is not supported.
  IOStatus Prefetch(uint64_t offset, size_t bytes, const rocksdb::IOOptions& /*options*/,
                    rocksdb::IODebugContext* /*context*/) override {
    if (!NoWait::is_on()) readahead(descriptor_, static_cast<off_t>(offset), bytes);
    return IOStatus::OK();
  }

  void Hint(AccessPattern pattern) override {
    const int advice = pattern == kRandom       ? POSIX_FADV_RANDOM
                       : pattern == kSequential ? POSIX_FADV_SEQUENTIAL
                                                : POSIX_FADV_NORMAL;
    posix_fadvise(descriptor_, 0, 0, advice);
  }

  IOStatus InvalidateCache(size_t offset, size_t bytes) override {
    posix_fadvise(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(bytes),
                  POSIX_FADV_DONTNEED);
    return IOStatus::OK();
  }

 private:
  const std::string path_;
  const int descriptor_;
  // Whether the file system can say what is in the page cache (preadv2(2), RWF_NOWAIT).
  mutable std::atomic<bool> can_tell_ = true;
};

class NoWaitFiles final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "jedlik-no-wait"; }

  IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                               rocksdb::IODebugContext* context) override {
    if (!path.ends_with(kTableFile))
      return target()->NewRandomAccessFile(path, options, file, context);
    if (NoWait::is_on()) return IOStatus::Busy();
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 && errno == ENOENT) return IOStatus::PathNotFound(path);
    if (descriptor < 0) return IOStatus::IOError(path, std::strerror(errno));
    *file = std::make_unique<TableFile>(path, descriptor);
    return IOStatus::OK();
  }
};

}  // namespace

thread_local constinit bool NoWait::active = false;

std::unique_ptr<rocksdb::Env> no_wait_environment() {
  return rocksdb::NewCompositeEnv(std::make_shared<NoWaitFiles>(rocksdb::FileSystem::Default()));
}

}  // namespace jedlik::engine::rocks
