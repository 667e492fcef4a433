#include "service/validate.h"

#include <gtest/gtest.h>

#include "tests/wire/test_operations.h"

namespace jedlik::service {
namespace {

using wire::test::Echo;
using wire::test::Tag;

std::string message_of(const Echo::Request& request) {
  const Status status = validate(request);
  if (status) return "";
  EXPECT_EQ(status.error().type, &error_types::kValidation);
  return status.error().message;
}

Tag tag(std::optional<std::string> key, std::optional<std::string> value = std::nullopt) {
  return Tag{std::move(key), std::move(value)};
}

TEST(Validate, FindsNothingInAGoodRequest) {
  Echo::Request request;
  EXPECT_EQ(message_of(request), "");
  request.name = "abc-_.9";
  request.colour = "GREEN";
  request.limit = 100;
  request.tag = tag("k");
  request.tags = {{tag("1"), tag("\u20ac\u20ac\u20ac\u20ac")}};
  request.texts = {{"abcd"}};
  request.tag_lists = {{{"t", {tag("1")}}}};
  EXPECT_EQ(message_of(request), "");
}

TEST(Validate, TellsEachConstraintInTheServicesWords) {
  struct Case {
    void (*change)(Echo::Request&);
    const char* message;
  };
  const Case cases[] = {
      {[](Echo::Request& r) { r.name = "a;c"; },
       "Value 'a;c' at 'name' failed to satisfy constraint: Member must satisfy regular expression "
       "pattern: [a-zA-Z0-9_.-]+"},
      {[](Echo::Request& r) { r.name = "ab"; },
       "Value 'ab' at 'name' failed to satisfy constraint: Member must have length greater than or "
       "equal to 3"},
      {[](Echo::Request& r) { r.name = "abcdefghi"; },
       "Value 'abcdefghi' at 'name' failed to satisfy constraint: Member must have length less "
       "than "
       "or equal to 8"},
      {[](Echo::Request& r) { r.colour = "BLUE"; },
       "Value 'BLUE' at 'colour' failed to satisfy constraint: Member must satisfy enum value set: "
       "[RED, GREEN]"},
      {[](Echo::Request& r) { r.limit = 0; },
       "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or "
       "equal to 1"},
      {[](Echo::Request& r) { r.limit = 101; },
       "Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or "
       "equal to 100"},
      {[](Echo::Request& r) { r.tag.emplace(); },
       "Value null at 'tag.key' failed to satisfy constraint: Member must not be null"},
      {[](Echo::Request& r) { r.tags.emplace(); },
       "Value '[]' at 'tags' failed to satisfy constraint: Member must have length greater than or "
       "equal to 1"},
      {[](Echo::Request& r) {
         r.tags = {{tag("a", "1"), tag("b"), tag("c"), tag("d")}};
       },
       "Value '[Tag(key=a, value=1), Tag(key=b), Tag(key=c), Tag(key=d)]' at 'tags' failed to "
       "satisfy constraint: Member must have length less than or equal to 3"},
      {[](Echo::Request& r) {
         r.tags = {{tag("a"), tag("")}};
       },
       "Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length "
       "greater than or equal to 1"},
      {[](Echo::Request& r) {
         r.texts = {{"ok", "too long"}};
       },
       "Value '[ok, too long]' at 'texts' failed to satisfy constraint: Member must satisfy "
       "constraint: [Member must have length less than or equal to 4, Member must have length "
       "greater than or equal to 1]"},
      {[](Echo::Request& r) {
         r.tag_lists = {{{"t", {}}}};
       },
       "Value '{t=[]}' at 'tagLists' failed to satisfy constraint: Map value must satisfy "
       "constraint: [Member must have length less than or equal to 4, Member must have length "
       "greater than or equal to 1]"},
      {[](Echo::Request& r) {
         r.tag_lists = {{{"t", {tag("a"), tag(std::nullopt)}}}};
       },
       "Value null at 'tagLists.t.member.2.member.key' failed to satisfy constraint: Member must "
       "not be null"},
  };
  for (const Case& c : cases) {
    Echo::Request request;
    c.change(request);
    EXPECT_EQ(message_of(request), std::string("1 validation error detected: ") + c.message);
  }
}

TEST(Validate, ListsSeveralFaultsInTheOrderOfTheDeclaration) {
  Echo::Request request;
  request.limit = 0;
  request.name = ";";
  request.tags = {{tag(std::nullopt)}};
  EXPECT_EQ(
      message_of(request),
      "4 validation errors detected: Value ';' at 'name' failed to satisfy constraint: Member "
      "must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value ';' at 'name' failed to "
      "satisfy constraint: Member must have length greater than or equal to 3; Value '0' at "
      "'limit' failed to satisfy constraint: Member must have value greater than or equal to "
      "1; Value null at 'tags.1.member.key' failed to satisfy constraint: Member must not be "
      "null");
}

TEST(Validate, ListsTenFaultsAtMost) {
  Echo::Request request;
  request.tag_lists = {
      {{"t", std::vector<Tag>(4)}, {"u", std::vector<Tag>(4)}, {"v", std::vector<Tag>(4)}}};
  EXPECT_EQ(message_of(request).substr(0, 30), "10 validation errors detected:");
}

}  // namespace
}  // namespace jedlik::service
