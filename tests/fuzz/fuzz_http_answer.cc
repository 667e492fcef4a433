// Answers as `jedlik bench` takes them in. The first byte of the input says in how large parts the
// rest comes; in whatever parts, the same must come of it.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/ensure.h"
#include "bench/answer_reader.h"
#include "bench/operation_source.h"

namespace jedlik::bench {
namespace {

using State = AnswerReader::State;

// Until it is no longer kPartial, or all is read. Tells in `used` how many bytes that took.
State read(AnswerReader& reader, std::string_view bytes, size_t step, size_t& used) {
  State state = State::kPartial;
  for (used = 0; used < bytes.size() && state == State::kPartial;) {
    const auto space = reader.space();
    ENSURE(!space.empty(), "there is room for more");
    const size_t size = std::min({space.size(), bytes.size() - used, step});
    std::memcpy(space.data(), bytes.data() + used, size);
    used += size;
    state = reader.received(size);
  }
  return state;
}

void try_answer(std::string_view bytes, size_t step) {
  AnswerReader reader;
  size_t used = 0;
  const State state = read(reader, bytes, step, used);
  if (state != State::kComplete) return;
  const Answer answer = reader.answer();
  const std::string body(answer.body);
  failure_of(answer);
  // The same bytes at once, by a reader that has read before.
  AnswerReader other;
  size_t other_used = 0;
  read(other, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 5, other_used);
  other.reset();
  const State again = read(other, bytes.substr(0, used), used, other_used);
  ENSURE(again == State::kComplete, "the parts make no difference");
  ENSURE(other.answer().body == body && other.answer().status == answer.status,
         "the parts make no difference");
}

}  // namespace
}  // namespace jedlik::bench

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  jedlik::bench::try_answer(bytes.substr(1), data[0] % 32 + 1U);
  return 0;
}
