#include "engine/rocksdb/log_check.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

namespace jedlik::engine::rocks {
namespace {

namespace fs = std::filesystem;

// A log is a row of blocks; no record crosses from one into the next. A header is a checksum of
// four bytes, a size of two (both least significant first) and a type.
constexpr size_t kBlockBytes = 32 * 1024;
constexpr size_t kHeaderBytes = 7;

enum RecordType : uint8_t { kFull = 1, kFirst = 2, kMiddleOf = 3, kLast = 4 };

// CRC-32C (RFC 3720, appendix B.4), a byte at a time: this is for rare occasions.
uint32_t crc32c(std::string_view bytes) {
  static const std::array<uint32_t, 256> table = [] {
    std::array<uint32_t, 256> made{};
    for (uint32_t i = 0; i < made.size(); ++i) {
      uint32_t crc = i;
      for (int bit = 0; bit < 8; ++bit)
        crc = crc >> 1 ^ (crc & 1 ? 0x82F6'3B78U : 0);
      made[i] = crc;
    }
    return made;
  }();
  uint32_t crc = ~uint32_t{0};
  for (const char byte : bytes)
    crc = crc >> 8 ^ table[(crc ^ static_cast<uint8_t>(byte)) & 0xFF];
  return ~crc;
}

uint32_t little_endian(std::string_view bytes) {
  uint32_t number = 0;
  for (size_t i = bytes.size(); i > 0; --i)
    number = number << 8 | static_cast<uint8_t>(bytes[i - 1]);
  return number;
}

// The size of the whole record, header and all, at the front of what is left of a block; 0 if there
// is none.
size_t record_at(std::string_view rest) {
  if (rest.size() < kHeaderBytes) return 0;
  const auto type = static_cast<uint8_t>(rest[6]);
  const size_t size = kHeaderBytes + little_endian(rest.substr(4, 2));
  if (type < kFull || type > kLast || size > rest.size()) return 0;
  const uint32_t crc = crc32c(rest.substr(6, size - 6));
  // Checksums are stored "masked", so that a checksum of bytes that hold one stays good.
  const uint32_t masked = (crc >> 15 | crc << 17) + 0xA282'EAD8U;
  return masked == little_endian(rest.substr(0, 4)) ? size : 0;
}

// Reads logs one after the other.
class Inspector {
 public:
  void read(std::string_view log) {
    for (size_t at = 0; at < log.size(); at += kBlockBytes)
      read_block(log.substr(at, kBlockBytes));
    // The next log begins with a new write.
    if (writing_) damage();
  }

  void damage() {
    damaged_ = true;
    writing_ = false;
  }

  LogDamage found() const {
    if (!damaged_) return LogDamage::kNone;
    return whole_after_damage_ ? LogDamage::kMiddle : LogDamage::kTail;
  }

 private:
  void read_block(std::string_view block) {
    while (block.size() >= kHeaderBytes) {
      const size_t size = record_at(block);
      if (size == 0) {
        damage();
        // The size in a damaged header means nothing: try every place.
        block.remove_prefix(1);
        continue;
      }
      take(static_cast<uint8_t>(block[6]));
      block.remove_prefix(size);
    }
  }

  void take(uint8_t type) {
    const bool begins = type == kFull || type == kFirst;
    if (begins == writing_) damage();
    const bool whole = type == kFull || (type == kLast && writing_);
    if (whole && damaged_) whole_after_damage_ = true;
    writing_ = type == kFirst || (type == kMiddleOf && writing_);
  }

  bool writing_ = false;  // between the first and the last record of a write
  bool damaged_ = false;
  bool whole_after_damage_ = false;
};

std::vector<fs::path> logs_in(const fs::path& folder) {
  std::vector<std::pair<uint64_t, fs::path>> numbered;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const fs::path& path = entry.path();
    if (path.extension() != ".log") continue;
    numbered.emplace_back(std::strtoull(path.stem().c_str(), nullptr, 10), path);
  }
  std::sort(numbered.begin(), numbered.end());
  std::vector<fs::path> logs;
  logs.reserve(numbered.size());
  for (auto& [number, path] : numbered)
    logs.push_back(std::move(path));
  return logs;
}

}  // namespace

LogDamage inspect_logs(const std::string& folder) {
  Inspector inspector;
  for (const fs::path& path : logs_in(folder)) {
    std::ifstream file(path, std::ios::binary);
    const std::string log((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file.is_open() || file.bad()) inspector.damage();
    inspector.read(log);
  }
  return inspector.found();
}

}  // namespace jedlik::engine::rocks
