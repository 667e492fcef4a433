#pragma once

#include "service/dynamodb/batch_execute_statement.h"
#include "service/dynamodb/batch_get_item.h"
#include "service/dynamodb/batch_write_item.h"
#include "service/dynamodb/create_table.h"
#include "service/dynamodb/delete_item.h"
#include "service/dynamodb/delete_table.h"
#include "service/dynamodb/describe_endpoints.h"
#include "service/dynamodb/describe_limits.h"
#include "service/dynamodb/describe_table.h"
#include "service/dynamodb/describe_time_to_live.h"
#include "service/dynamodb/execute_statement.h"
#include "service/dynamodb/execute_transaction.h"
#include "service/dynamodb/get_item.h"
#include "service/dynamodb/list_tables.h"
#include "service/dynamodb/list_tags_of_resource.h"
#include "service/dynamodb/put_item.h"
#include "service/dynamodb/query.h"
#include "service/dynamodb/scan.h"
#include "service/dynamodb/tag_resource.h"
#include "service/dynamodb/transact_get_items.h"
#include "service/dynamodb/transact_write_items.h"
#include "service/dynamodb/untag_resource.h"
#include "service/dynamodb/update_item.h"
#include "service/dynamodb/update_table.h"
#include "service/dynamodb/update_time_to_live.h"

namespace jedlik::service::dynamodb {

// DynamoDB_20120810: every operation that is there. One that is not is answered with
// UnknownOperationException.
using Operations =
    OperationList<BatchExecuteStatement, BatchGetItem, BatchWriteItem, CreateTable, DeleteItem,
                  DeleteTable, DescribeEndpoints, DescribeLimits, DescribeTable, DescribeTimeToLive,
                  ExecuteStatement, ExecuteTransaction, GetItem, ListTables, ListTagsOfResource,
                  PutItem, Query, Scan, TagResource, TransactGetItems, TransactWriteItems,
                  UntagResource, UpdateItem, UpdateTable, UpdateTimeToLive>;

}  // namespace jedlik::service::dynamodb
