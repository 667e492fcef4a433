#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace jedlik::value {

// The bytes of a hexadecimal text; blanks between bytes are passed over.
inline Bytes unhex(std::string_view hex) {
  Bytes bytes;
  for (size_t i = 0; i + 1 < hex.size();) {
    if (hex[i] == ' ') {
      ++i;
      continue;
    }
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    i += 2;
  }
  return bytes;
}

}  // namespace jedlik::value
