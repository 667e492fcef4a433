#include "engine/engine.h"

namespace jedlik::engine {

Bytes journal_key(Version version) {
  Bytes key;
  append_big_endian(key, static_cast<uint64_t>(version));
  return key;
}

}  // namespace jedlik::engine
