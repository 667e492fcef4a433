#include "engine/rocksdb/folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>

namespace jedlik::engine::rocks {
namespace {

namespace fs = std::filesystem;

// The number is raised when an older program could not read what a newer one has written.
constexpr std::string_view kFormat = "jedlik rocksdb 1\n";

using Status = tl::expected<void, std::string>;

tl::unexpected<std::string> error(std::string sentence) {
  return tl::unexpected<std::string>(std::move(sentence));
}

std::string reason() {
  return std::generic_category().message(errno);
}

// Databases made by RocksDB have these; a log or a table without CURRENT has lost its root.
bool has_data(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const fs::path name = entry.path().extension();
    if (name == ".sst" || name == ".log") return true;
  }
  return false;
}

Status sync_folder(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const std::string why = synced ? "" : reason();
  if (fd >= 0) ::close(fd);
  if (!synced)
    return error(fmt::format("The folder {} cannot be synced: {}.", folder.string(), why));
  return {};
}

Status write_format(int fd, const fs::path& folder) {
  const bool written =
      ::write(fd, kFormat.data(), kFormat.size()) == static_cast<ssize_t>(kFormat.size()) &&
      ::fsync(fd) == 0;
  if (!written)
    return error(fmt::format("The folder {} cannot be written: {}.", folder.string(), reason()));
  if (auto synced = sync_folder(folder); !synced) return synced;
  return sync_folder(folder.parent_path());
}

// `format` is what the file FORMAT holds. Half a line is left by a crash while it was written.
Status check_format(std::string_view format, const fs::path& folder) {
  const bool has_current = fs::exists(folder / "CURRENT");
  if (format == kFormat) {
    if (!has_current && has_data(folder))
      return error(
          fmt::format("The folder {} is damaged: the file CURRENT is missing.", folder.string()));
    return {};
  }
  if (has_current && format.empty())
    return error(
        fmt::format("The folder {} holds a RocksDB database of another program.", folder.string()));
  if (has_current || (!format.empty() && kFormat.substr(0, format.size()) != format))
    return error(
        fmt::format("The folder {} is in a format that this version does not know: \"{}\".",
                    folder.string(), format.substr(0, format.find('\n'))));
  return {};
}

std::string make_temporary(const std::string& where) {
  std::error_code ignored;
  fs::path base = where.empty() ? fs::temp_directory_path(ignored) : fs::path(where);
  if (!where.empty()) fs::create_directories(base, ignored);
  std::string name = (base / "jedlik-ephemeral-XXXXXX").string();
  return ::mkdtemp(name.data()) != nullptr ? name : std::string();
}

}  // namespace

tl::expected<std::unique_ptr<Folder>, std::string> Folder::hold(const RocksdbOptions& options) {
  std::unique_ptr<Folder> held(new Folder());
  std::error_code failed;
  if (options.keep == RocksdbOptions::Keep::kNothing) {
    held->path_ = make_temporary(options.path);
    if (held->path_.empty())
      return error(
          fmt::format("No temporary folder can be made in \"{}\": {}.", options.path, reason()));
    held->temporary_ = true;
  } else {
    const fs::path whole = fs::absolute(options.path, failed).lexically_normal();
    held->path_ = (whole.has_filename() ? whole : whole.parent_path()).string();
    fs::create_directories(held->path_, failed);
    if (failed)
      return error(fmt::format("The folder {} cannot be made: {}.", held->path_, failed.message()));
  }

  const fs::path folder = held->path_;
  held->lock_fd_ = ::open((folder / "FORMAT").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (held->lock_fd_ < 0)
    return error(fmt::format("The folder {} cannot be written: {}.", folder.string(), reason()));
  if (::flock(held->lock_fd_, LOCK_EX | LOCK_NB) != 0)
    return error(fmt::format("The folder {} is used by another server, which holds its lock.",
                             folder.string()));
  char text[64];
  const ssize_t size = ::pread(held->lock_fd_, text, sizeof text, 0);
  if (size < 0)
    return error(fmt::format("The folder {} cannot be read: {}.", folder.string(), reason()));
  const std::string_view format(text, static_cast<size_t>(size));
  if (auto known = check_format(format, folder); !known) return error(known.error());
  if (format != kFormat)
    if (auto written = write_format(held->lock_fd_, folder); !written)
      return error(written.error());
  return held;
}

Folder::~Folder() {
  if (lock_fd_ >= 0) ::close(lock_fd_);
  std::error_code ignored;
  if (temporary_) fs::remove_all(path_, ignored);
}

}  // namespace jedlik::engine::rocks
