#pragma once

#include <cstdint>
#include <string_view>

namespace jedlik::wire {

// The CRC-32 of ISO 3309 and of gzip (RFC 1952), which x-amz-crc32 carries: zlib's, several times
// as fast where the processor multiplies without carry.
uint32_t crc32(std::string_view bytes);

}  // namespace jedlik::wire
