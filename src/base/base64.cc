#include "base/base64.h"

#include <array>

namespace jedlik {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kNone = 0xFF;

constexpr std::array<uint8_t, 256> make_values() {
  std::array<uint8_t, 256> values{};
  for (auto& value : values)
    value = kNone;
  for (size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<uint8_t>(i);
  return values;
}

constexpr std::array<uint8_t, 256> kValues = make_values();

uint32_t value_of(char c) {
  return kValues[static_cast<unsigned char>(c)];
}

}  // namespace

Base64Outcome decode_base64(std::string_view text, Bytes& to) {
  if (text.size() % 4 != 0) return Base64Outcome::kBadLength;
  if (text.empty()) return Base64Outcome::kDone;
  size_t padding = 0;
  while (padding < 2 && text[text.size() - 1 - padding] == '=')
    ++padding;
  const size_t start = to.size();
  to.resize(start + text.size() / 4 * 3);
  char* out = to.data() + start;
  const size_t last = text.size() - 4;
  for (size_t i = 0; i <= last; i += 4) {
    const size_t missing = i == last ? padding : 0;
    const uint32_t a = value_of(text[i]);
    const uint32_t b = value_of(text[i + 1]);
    const uint32_t c = missing < 2 ? value_of(text[i + 2]) : 0;
    const uint32_t d = missing < 1 ? value_of(text[i + 3]) : 0;
    if (((a | b | c | d) & 0xC0) != 0) return Base64Outcome::kBadText;
    const uint32_t bits = a << 18 | b << 12 | c << 6 | d;
    // The bits that stand for no byte are zero, so that equal bytes are equal text.
    if ((missing == 2 && (bits & 0xFFFF) != 0) || (missing == 1 && (bits & 0xFF) != 0))
      return Base64Outcome::kBadText;
    *out++ = static_cast<char>(bits >> 16);
    *out++ = static_cast<char>(bits >> 8);
    *out++ = static_cast<char>(bits);
  }
  to.resize(to.size() - padding);
  return Base64Outcome::kDone;
}

void append_base64(std::string& to, BytesView bytes) {
  const size_t start = to.size();
  to.resize(start + (bytes.size() + 2) / 3 * 4);
  char* out = to.data() + start;
  const auto byte = [&](size_t i) {
    return i < bytes.size() ? static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])) : 0U;
  };
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const uint32_t bits = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    *out++ = kAlphabet[bits >> 18];
    *out++ = kAlphabet[bits >> 12 & 63];
    *out++ = i + 1 < bytes.size() ? kAlphabet[bits >> 6 & 63] : '=';
    *out++ = i + 2 < bytes.size() ? kAlphabet[bits & 63] : '=';
  }
}

}  // namespace jedlik
