#pragma once

#include <vector>

#include "service/context.h"
#include "service/operation.h"
#include "service/streams/members.h"

namespace jedlik::service::streams {

struct ListStreams {
  static constexpr std::string_view kName = "ListStreams";

  struct Request {
    Field<std::string> table_name;
    Field<int32_t> limit;
    Field<std::string> exclusive_start_stream_arn;

    static constexpr auto shape() {
      using Self = Request;
      return members(member("TableName", &Self::table_name,
                            optional()
                                .pattern("[a-zA-Z0-9_.-]+")
                                .length(limits::kTableNameMinBytes, limits::kTableNameMaxBytes)
                                .or_arn()),
                     member("Limit", &Self::limit, page_limit()),
                     member("ExclusiveStartStreamArn", &Self::exclusive_start_stream_arn,
                            stream_arn_member(optional())));
    }
  };

  struct Stream {
    std::string stream_arn;
    std::string table_name;
    std::string stream_label;

    static constexpr auto shape() {
      using Self = Stream;
      return members(member("StreamArn", &Self::stream_arn), member("TableName", &Self::table_name),
                     member("StreamLabel", &Self::stream_label));
    }
  };
  struct Response {
    std::vector<Stream> streams;
    Field<std::string> last_evaluated_stream_arn;

    static constexpr auto shape() {
      using Self = Response;
      return members(member("Streams", &Self::streams),
                     member("LastEvaluatedStreamArn", &Self::last_evaluated_stream_arn));
    }
  };

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::streams
