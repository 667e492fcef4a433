#include "wire/checksum.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>

namespace jedlik::wire {
namespace {

uint32_t crc32_of_zlib(std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

TEST(Checksum, IsTheOneOfTheStandard) {
  EXPECT_EQ(crc32(""), 0u);
  EXPECT_EQ(crc32("123456789"), 0xCBF43926);
}

TEST(Checksum, IsThatOfZlibForEveryLengthAndPlace) {
  std::mt19937_64 random(1);
  std::string bytes(5000, '\0');
  for (char& byte : bytes)
    byte = static_cast<char>(random());
  for (size_t start = 0; start < 17; ++start) {
    for (size_t size = 0; size < 400; ++size) {
      const std::string_view part = std::string_view(bytes).substr(start, size);
      ASSERT_EQ(crc32(part), crc32_of_zlib(part)) << start << " " << size;
    }
  }
  EXPECT_EQ(crc32(bytes), crc32_of_zlib(bytes));
  EXPECT_EQ(crc32(std::string(4096, '\0')), crc32_of_zlib(std::string(4096, '\0')));
  EXPECT_EQ(crc32(std::string(4096, '\xFF')), crc32_of_zlib(std::string(4096, '\xFF')));
}

}  // namespace
}  // namespace jedlik::wire
