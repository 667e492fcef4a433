#include "wire/json_writer.h"

#include <array>
#include <bit>
#include <charconv>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace jedlik::wire {
namespace {

constexpr bool needs_escape(unsigned char c) {
  return c < 0x20 || c == '"' || c == '\\';
}

// Whether any of eight bytes needs an escape. A byte's top bit is set in a term where the byte is
// below the bound, or equal; bytes above 0x7F are masked out, as they never need one.
bool any_needs_escape(uint64_t eight) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kTops = 0x8080808080808080;
  const uint64_t control = eight - kOnes * 0x20;
  const uint64_t quote = (eight ^ kOnes * '"') - kOnes;
  const uint64_t backslash = (eight ^ kOnes * '\\') - kOnes;
  return ((control | quote | backslash) & ~eight & kTops) != 0;
}

#if defined(__SSE2__)
// A bit for each of sixteen bytes, the lowest for the first: whether it needs an escape.
unsigned escapes_in_sixteen(const char* bytes) {
  const __m128i sixteen = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  const __m128i control =
      _mm_cmpeq_epi8(_mm_max_epu8(sixteen, _mm_set1_epi8(0x1F)), _mm_set1_epi8(0x1F));
  const __m128i quote = _mm_cmpeq_epi8(sixteen, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(sixteen, _mm_set1_epi8('\\'));
  const __m128i any = _mm_or_si128(control, _mm_or_si128(quote, backslash));
  return static_cast<unsigned>(_mm_movemask_epi8(any));
}
#endif

// How many bytes from the front need no escape.
size_t plain_prefix(std::string_view text) {
  const auto is_plain_at = [&text](size_t at) {
    uint64_t eight;
    std::memcpy(&eight, text.data() + at, 8);
    return !any_needs_escape(eight);
  };
  size_t i = 0;
#if defined(__SSE2__)
  for (; i + 16 <= text.size(); i += 16) {
    const unsigned escapes = escapes_in_sixteen(text.data() + i);
    if (escapes != 0) return i + static_cast<size_t>(std::countr_zero(escapes));
  }
#endif
  while (i + 8 <= text.size() && is_plain_at(i))
    i += 8;
  // The rest is looked at with some of what came before it.
  if (i > 0 && i + 8 > text.size() && is_plain_at(text.size() - 8)) return text.size();
  while (i < text.size() && !needs_escape(static_cast<unsigned char>(text[i])))
    ++i;
  return i;
}

void append_escaped(std::string& to, unsigned char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      to.append("\\\"");
      return;
    case '\\':
      to.append("\\\\");
      return;
    case '\b':
      to.append("\\b");
      return;
    case '\f':
      to.append("\\f");
      return;
    case '\n':
      to.append("\\n");
      return;
    case '\r':
      to.append("\\r");
      return;
    case '\t':
      to.append("\\t");
      return;
    default:
      to.append("\\u00");
      to.push_back(kHex[c >> 4]);
      to.push_back(kHex[c & 15]);
  }
}

}  // namespace

bool is_plain_json(std::string_view text) {
#if defined(__SSE2__)
  for (size_t i = 0; i < text.size(); i += 16) {
    const size_t left = text.size() - i;
    const unsigned of_text = left < 16 ? (1U << left) - 1 : 0xFFFF;
    if ((escapes_in_sixteen(text.data() + i) & of_text) != 0) return false;
  }
  return true;
#else
  return plain_prefix(text) == text.size();
#endif
}

void append_json_string(std::string& to, std::string_view text) {
  to.push_back('"');
  for (;;) {
    const size_t plain = plain_prefix(text);
    to.append(text.data(), plain);
    if (plain == text.size()) break;
    append_escaped(to, static_cast<unsigned char>(text[plain]));
    text.remove_prefix(plain + 1);
  }
  to.push_back('"');
}

void append_json_int(std::string& to, int64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  to.append(digits.data(), end);
}

void append_json_double(std::string& to, double number) {
  // The longest: all digits of the smallest subnormal number.
  std::array<char, 1100> digits;
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed)
          .ptr;
  const std::string_view text(digits.data(), static_cast<size_t>(end - digits.data()));
  to.append(text);
  if (text.find('.') == std::string_view::npos) to.append(".0");
}

}  // namespace jedlik::wire
