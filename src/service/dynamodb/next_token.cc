#include "service/dynamodb/next_token.h"

#include "base/base64.h"
#include "base/bytes.h"
#include "value/stored_item.h"

namespace jedlik::service::dynamodb {

namespace {

// A token is base64 of these bytes:
//
//   version:u8 (1), statement hash:u64 big-endian, part:varint, the start key as a stored item, if
//   any
constexpr char kVersion = 1;

// FNV-1a (Fowler, Noll, Vo): a token is valid after a restart and on another machine.
void add_to_hash(StatementHash& hash, BytesView bytes) {
  constexpr StatementHash kPrime = 0x100000001b3;
  for (const char byte : bytes)
    hash = (hash ^ static_cast<uint8_t>(byte)) * kPrime;
}

tl::unexpected<ApiError> no_match() {
  return refuse(next_token_mismatch());
}

}  // namespace

ApiError next_token_mismatch() {
  return validation("NextToken does not match request");
}

StatementHash hash_of(std::string_view statement,
                      const Field<std::vector<ValueInput>>& parameters) {
  StatementHash hash = 0xcbf29ce484222325;
  add_to_hash(hash, statement);
  if (!parameters) return hash;
  for (const ValueInput& parameter : *parameters)
    add_to_hash(hash, parameter.stored);
  return hash;
}

std::string next_token(StatementHash statement, const StatementPosition& position) {
  Bytes bytes(1, kVersion);
  append_big_endian(bytes, statement);
  append_varint(bytes, position.part);
  if (position.start) bytes += position.start->stored;
  std::string token;
  append_base64(token, bytes);
  return token;
}

Result<StatementPosition> read_next_token(std::string_view token, StatementHash statement) {
  Bytes bytes;
  if (decode_base64(token, bytes) != Base64Outcome::kDone) return no_match();
  BytesView rest = bytes;
  BytesView head;
  if (!take_bytes(rest, 9, head) || head.front() != kVersion) return no_match();
  if (read_big_endian(head.substr(1)) != statement) return no_match();
  StatementPosition position;
  if (!take_varint(rest, position.part)) return no_match();
  if (rest.empty()) return position;
  if (!value::check_item(rest)) return no_match();
  position.start.emplace();
  position.start->stored = rest;
  return position;
}

}  // namespace jedlik::service::dynamodb
