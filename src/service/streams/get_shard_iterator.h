#pragma once

#include "service/context.h"
#include "service/operation.h"
#include "service/streams/members.h"

namespace jedlik::service::streams {

struct GetShardIterator {
  static constexpr std::string_view kName = "GetShardIterator";

  struct Request {
    Field<std::string> stream_arn;
    Field<std::string> shard_id;
    Field<std::string> shard_iterator_type;
    Field<std::string> sequence_number;

    static constexpr auto shape() {
      using Self = Request;
      return members(member("StreamArn", &Self::stream_arn, stream_arn_member(required())),
                     member("ShardId", &Self::shard_id, shard_id_member(required())),
                     member("ShardIteratorType", &Self::shard_iterator_type,
                            required().one_of(kShardIteratorTypeValues)),
                     member("SequenceNumber", &Self::sequence_number, optional().length(21, 40)));
    }
  };
  struct Response {
    std::string shard_iterator;

    static constexpr auto shape() {
      return members(member("ShardIterator", &Response::shard_iterator));
    }
  };

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::streams
