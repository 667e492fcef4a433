#pragma once

#include "service/context.h"
#include "service/dynamodb/members.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct ListTagsOfResource {
  static constexpr std::string_view kName = "ListTagsOfResource";

  struct Request {
    Field<std::string> resource_arn;
    Field<std::string> next_token;

    static constexpr auto shape() {
      using Self = Request;
      return members(member("ResourceArn", &Self::resource_arn),
                     member("NextToken", &Self::next_token));
    }
  };
  // All tags at once, by key: there are at most 50, so there is no further page.
  struct Response {
    std::vector<Tag> tags;

    static constexpr auto shape() { return members(member("Tags", &Response::tags)); }
  };

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
