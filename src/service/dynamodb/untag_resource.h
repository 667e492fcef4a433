#pragma once

#include "service/context.h"
#include "service/dynamodb/members.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct UntagResource {
  static constexpr std::string_view kName = "UntagResource";

  struct Request {
    Field<std::string> resource_arn;
    Field<std::vector<std::string>> tag_keys;

    static constexpr auto shape() {
      using Self = Request;
      return members(member("ResourceArn", &Self::resource_arn),
                     member("TagKeys", &Self::tag_keys, required().each(kTagKey)));
    }

   private:
    static constexpr Constraints kTagKey = optional().length(1, limits::kTagKeyCharacters);
  };
  using Response = NoContent;

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
