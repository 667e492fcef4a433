#pragma once

#include <cstdint>
#include <string>

namespace jedlik::engine::rocks {

enum class LogDamage : uint8_t {
  kNone,
  // The end of the newest log is not whole, as a crash may leave it. Each write waits for the sync
  // of the one before, so only writes that were never acknowledged can be in there.
  kTail,
  // Whole writes follow the damage: what is damaged was acknowledged.
  kMiddle,
};

// Reads the write-ahead logs of the RocksDB database in a folder. Files that cannot be read count
// as damaged. The format is that of RocksDB's wiki, "Write Ahead Log File Format", without
// recycling and compression.
LogDamage inspect_logs(const std::string& folder);

}  // namespace jedlik::engine::rocks
