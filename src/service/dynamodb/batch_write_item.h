#pragma once

#include "service/attribute_value.h"
#include "service/context.h"
#include "service/dynamodb/consumed_capacity.h"
#include "service/dynamodb/item_collection_metrics.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct BatchWriteItem {
  static constexpr std::string_view kName = "BatchWriteItem";

  struct PutRequest {
    Field<ItemInput> item;

    static constexpr auto shape() { return members(member("Item", &PutRequest::item, required())); }
  };
  struct DeleteRequest {
    Field<ItemInput> key;

    static constexpr auto shape() {
      return members(member("Key", &DeleteRequest::key, required()));
    }
  };
  struct WriteRequest {
    Field<PutRequest> put_request;
    Field<DeleteRequest> delete_request;

    static constexpr auto shape() {
      using Self = WriteRequest;
      return members(member("PutRequest", &Self::put_request),
                     member("DeleteRequest", &Self::delete_request));
    }
  };
  struct Request {
    Field<std::string> return_consumed_capacity;
    Field<std::string> return_item_collection_metrics;
    Field<StringMap<std::vector<WriteRequest>>> request_items;

    static constexpr auto shape() {
      using Self = Request;
      return members(member("ReturnConsumedCapacity", &Self::return_consumed_capacity,
                            dynamodb::return_consumed_capacity()),
                     member("ReturnItemCollectionMetrics", &Self::return_item_collection_metrics,
                            dynamodb::return_item_collection_metrics()),
                     member("RequestItems", &Self::request_items,
                            required().length(0, kMaxWrites).each(kWritesOfATable)));
    }

   private:
    static constexpr int64_t kMaxWrites = static_cast<int64_t>(limits::kBatchWriteRequests);
    static constexpr Constraints kWritesOfATable = optional().length(1, kMaxWrites);
  };

  // The same structures on the way out, for what the client is to send again.
  struct UnprocessedPut {
    ItemOutput item;
    static constexpr auto shape() { return members(member("Item", &UnprocessedPut::item)); }
  };
  struct UnprocessedDelete {
    ItemOutput key;
    static constexpr auto shape() { return members(member("Key", &UnprocessedDelete::key)); }
  };
  struct UnprocessedWrite {
    Field<UnprocessedPut> put_request;
    Field<UnprocessedDelete> delete_request;

    static constexpr auto shape() {
      using Self = UnprocessedWrite;
      return members(member("PutRequest", &Self::put_request),
                     member("DeleteRequest", &Self::delete_request));
    }
  };
  struct Response {
    StringMap<std::vector<UnprocessedWrite>> unprocessed_items;
    Field<StringMap<std::vector<ItemCollectionMetrics>>> item_collection_metrics;
    Field<std::vector<ConsumedCapacity>> consumed_capacity;

    static constexpr auto shape() {
      using Self = Response;
      return members(member("UnprocessedItems", &Self::unprocessed_items),
                     member("ItemCollectionMetrics", &Self::item_collection_metrics),
                     member("ConsumedCapacity", &Self::consumed_capacity));
    }
  };

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
