#include "wire/checksum.h"

#include <zlib.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace jedlik::wire {
namespace {

uint32_t crc32_of_zlib(uint32_t crc, std::string_view bytes) {
  const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
  return static_cast<uint32_t>(crc32_z(crc, data, bytes.size()));
}

#if defined(__x86_64__)

// V. Gopal, E. Ozturk et al.: "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ
// Instruction", Intel, 2009: the bytes are a polynomial, of which pieces of 128 bits are multiplied
// by a power of x and added to later ones, until one piece is left. The constants are those of the
// paper for this polynomial with its bits reflected: powers of x modulo it.
constexpr size_t kLane = 16;
constexpr size_t kLanes = 4;

#define JEDLIK_CARRYLESS __attribute__((target("pclmul,sse4.1")))

JEDLIK_CARRYLESS inline __m128i load(const char* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

// `piece` as far ahead as the two constants say, and what is there.
JEDLIK_CARRYLESS inline __m128i fold(__m128i piece, __m128i constants, __m128i there) {
  const __m128i low = _mm_clmulepi64_si128(piece, constants, 0x00);
  const __m128i high = _mm_clmulepi64_si128(piece, constants, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), there);
}

// 128 bits to 32: folded to 64, then Barrett's reduction.
JEDLIK_CARRYLESS inline uint32_t reduce(__m128i piece, __m128i by_one_lane) {
  const __m128i low_words = _mm_setr_epi32(-1, 0, -1, 0);
  piece = _mm_xor_si128(_mm_srli_si128(piece, 8), _mm_clmulepi64_si128(piece, by_one_lane, 0x10));
  const __m128i by_a_word = _mm_set_epi64x(0, 0x163cd6124);
  piece = _mm_xor_si128(_mm_srli_si128(piece, 4),
                        _mm_clmulepi64_si128(_mm_and_si128(piece, low_words), by_a_word, 0x00));
  const __m128i polynomial = _mm_set_epi64x(0x1f7011641, 0x1db710641);
  __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(piece, low_words), polynomial, 0x10);
  quotient = _mm_clmulepi64_si128(_mm_and_si128(quotient, low_words), polynomial, 0x00);
  return static_cast<uint32_t>(_mm_extract_epi32(_mm_xor_si128(piece, quotient), 1));
}

// Of whole lanes, at least kLanes of them.
JEDLIK_CARRYLESS uint32_t crc32_of_lanes(std::string_view bytes) {
  const __m128i by_four_lanes = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
  const __m128i by_one_lane = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  __m128i pieces[kLanes];
  for (size_t i = 0; i < kLanes; ++i)
    pieces[i] = load(at + i * kLane);
  pieces[0] = _mm_xor_si128(pieces[0], _mm_cvtsi32_si128(-1));
  for (at += kLanes * kLane; at + kLanes * kLane <= end; at += kLanes * kLane) {
    for (size_t i = 0; i < kLanes; ++i)
      pieces[i] = fold(pieces[i], by_four_lanes, load(at + i * kLane));
  }
  __m128i piece = pieces[0];
  for (size_t i = 1; i < kLanes; ++i)
    piece = fold(piece, by_one_lane, pieces[i]);
  for (; at < end; at += kLane)
    piece = fold(piece, by_one_lane, load(at));
  return ~reduce(piece, by_one_lane);
}

const bool is_carryless = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");

#endif

}  // namespace

uint32_t crc32(std::string_view bytes) {
#if defined(__x86_64__)
  if (is_carryless && bytes.size() >= kLanes * kLane) {
    const size_t whole = bytes.size() / kLane * kLane;
    return crc32_of_zlib(crc32_of_lanes(bytes.substr(0, whole)), bytes.substr(whole));
  }
#endif
  return crc32_of_zlib(0, bytes);
}

}  // namespace jedlik::wire
