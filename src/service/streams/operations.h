#pragma once

#include "service/streams/describe_stream.h"
#include "service/streams/get_records.h"
#include "service/streams/get_shard_iterator.h"
#include "service/streams/list_streams.h"

namespace jedlik::service::streams {

// DynamoDBStreams_20120810: every operation that is there.
using Operations = OperationList<DescribeStream, GetRecords, GetShardIterator, ListStreams>;

}  // namespace jedlik::service::streams
