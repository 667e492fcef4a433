#pragma once

#include <vector>

#include "service/context.h"
#include "service/operation.h"
#include "service/streams/members.h"

namespace jedlik::service::streams {

struct DescribeStream {
  static constexpr std::string_view kName = "DescribeStream";

  // Only the children of one shard.
  struct ShardFilter {
    Field<std::string> type;
    Field<std::string> shard_id;

    static constexpr auto shape() {
      using Self = ShardFilter;
      return members(member("Type", &Self::type, optional().one_of(kShardFilterTypeValues)),
                     member("ShardId", &Self::shard_id, shard_id_member(optional())));
    }
  };
  struct Request {
    Field<std::string> stream_arn;
    Field<int32_t> limit;
    Field<std::string> exclusive_start_shard_id;
    Field<ShardFilter> shard_filter;

    static constexpr auto shape() {
      using Self = Request;
      return members(member("StreamArn", &Self::stream_arn, stream_arn_member(required())),
                     member("Limit", &Self::limit, page_limit()),
                     member("ExclusiveStartShardId", &Self::exclusive_start_shard_id,
                            shard_id_member(optional())),
                     member("ShardFilter", &Self::shard_filter));
    }
  };

  struct SequenceNumberRange {
    std::string starting_sequence_number;
    Field<std::string> ending_sequence_number;

    static constexpr auto shape() {
      using Self = SequenceNumberRange;
      return members(member("StartingSequenceNumber", &Self::starting_sequence_number),
                     member("EndingSequenceNumber", &Self::ending_sequence_number));
    }
  };
  struct Shard {
    std::string shard_id;
    SequenceNumberRange sequence_number_range;
    Field<std::string> parent_shard_id;

    static constexpr auto shape() {
      using Self = Shard;
      return members(member("ShardId", &Self::shard_id),
                     member("SequenceNumberRange", &Self::sequence_number_range),
                     member("ParentShardId", &Self::parent_shard_id));
    }
  };
  struct StreamDescription {
    std::string stream_arn;
    std::string stream_label;
    std::string stream_status;
    std::string stream_view_type;
    double creation_request_date_time = 0;
    std::string table_name;
    std::vector<KeySchemaElement> key_schema;
    std::vector<Shard> shards;
    Field<std::string> last_evaluated_shard_id;

    static constexpr auto shape() {
      using Self = StreamDescription;
      return members(member("StreamArn", &Self::stream_arn),
                     member("StreamLabel", &Self::stream_label),
                     member("StreamStatus", &Self::stream_status),
                     member("StreamViewType", &Self::stream_view_type),
                     member("CreationRequestDateTime", &Self::creation_request_date_time),
                     member("TableName", &Self::table_name), member("KeySchema", &Self::key_schema),
                     member("Shards", &Self::shards),
                     member("LastEvaluatedShardId", &Self::last_evaluated_shard_id));
    }
  };
  struct Response {
    StreamDescription stream_description;

    static constexpr auto shape() {
      using Self = Response;
      return members(member("StreamDescription", &Self::stream_description));
    }
  };

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::streams
