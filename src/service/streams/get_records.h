#pragma once

#include <vector>

#include "service/attribute_value.h"
#include "service/context.h"
#include "service/operation.h"
#include "service/streams/members.h"

namespace jedlik::service::streams {

struct GetRecords {
  static constexpr std::string_view kName = "GetRecords";

  struct Request {
    Field<std::string> shard_iterator;
    Field<int32_t> limit;

    static constexpr auto shape() {
      using Self = Request;
      return members(member("ShardIterator", &Self::shard_iterator, required().length(1, 2048)),
                     member("Limit", &Self::limit, page_limit()));
    }
  };

  struct StreamRecord {
    double approximate_creation_date_time = 0;
    ItemOutput keys;
    Field<ItemOutput> new_image;
    Field<ItemOutput> old_image;
    std::string sequence_number;
    int64_t size_bytes = 0;
    std::string stream_view_type;

    static constexpr auto shape() {
      using Self = StreamRecord;
      return members(member("ApproximateCreationDateTime", &Self::approximate_creation_date_time),
                     member("Keys", &Self::keys), member("NewImage", &Self::new_image),
                     member("OldImage", &Self::old_image),
                     member("SequenceNumber", &Self::sequence_number),
                     member("SizeBytes", &Self::size_bytes),
                     member("StreamViewType", &Self::stream_view_type));
    }
  };
  struct Identity {
    std::string principal_id;
    std::string type;

    static constexpr auto shape() {
      using Self = Identity;
      return members(member("PrincipalId", &Self::principal_id), member("Type", &Self::type));
    }
  };
  struct Record {
    std::string event_id;
    std::string event_name;
    std::string event_version;
    std::string event_source;
    std::string aws_region;
    StreamRecord dynamodb;
    Field<Identity> user_identity;

    static constexpr auto shape() {
      using Self = Record;
      return members(member("eventID", &Self::event_id), member("eventName", &Self::event_name),
                     member("eventVersion", &Self::event_version),
                     member("eventSource", &Self::event_source),
                     member("awsRegion", &Self::aws_region), member("dynamodb", &Self::dynamodb),
                     member("userIdentity", &Self::user_identity));
    }
  };
  struct Response {
    std::vector<Record> records;
    Field<std::string> next_shard_iterator;

    static constexpr auto shape() {
      using Self = Response;
      return members(member("Records", &Self::records),
                     member("NextShardIterator", &Self::next_shard_iterator));
    }
  };

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::streams
