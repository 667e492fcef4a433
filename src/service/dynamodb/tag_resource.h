#pragma once

#include "service/context.h"
#include "service/dynamodb/members.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct TagResource {
  static constexpr std::string_view kName = "TagResource";

  struct Request {
    Field<std::string> resource_arn;
    Field<std::vector<Tag>> tags;

    static constexpr auto shape() {
      using Self = Request;
      return members(member("ResourceArn", &Self::resource_arn),
                     member("Tags", &Self::tags, required()));
    }
  };
  using Response = NoContent;

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
