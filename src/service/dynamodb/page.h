#pragma once

#include <optional>

#include "expression/condition.h"
#include "expression/projection.h"
#include "partiql/select_list.h"
#include "service/attribute_value.h"
#include "service/context.h"
#include "service/dynamodb/consumed_capacity.h"
#include "service/dynamodb/legacy_parameters.h"
#include "table/page_reader.h"

// What Query and Scan have in common: filter, projection, pages.
namespace jedlik::service::dynamodb {

struct PageMembers {
  Field<std::string> select;
  Field<std::string> index_name;
  Field<std::string> return_consumed_capacity;
  Field<std::string> table_name;
  Field<std::string> conditional_operator;
  Field<std::vector<std::string>> attributes_to_get;
  Field<int32_t> limit;
  Field<bool> consistent_read;
  Field<ItemInput> exclusive_start_key;
  Field<std::string> filter_expression;
  Field<std::string> projection_expression;
  Field<StringMap<std::string>> expression_attribute_names;
  Field<StringMap<ValueInput>> expression_attribute_values;

  static constexpr auto shape() {
    using Self = PageMembers;
    return members(
        member("Select", &Self::select, optional().one_of(kSelectValues)),
        member("IndexName", &Self::index_name, dynamodb::index_name()),
        member("ReturnConsumedCapacity", &Self::return_consumed_capacity,
               dynamodb::return_consumed_capacity()),
        member("TableName", &Self::table_name, table_name_or_arn()),
        member("ConditionalOperator", &Self::conditional_operator,
               dynamodb::conditional_operator()),
        member("AttributesToGet", &Self::attributes_to_get, dynamodb::attributes_to_get()),
        member("Limit", &Self::limit, optional().range(1, std::numeric_limits<int32_t>::max())),
        member("ConsistentRead", &Self::consistent_read),
        member("ExclusiveStartKey", &Self::exclusive_start_key),
        member("FilterExpression", &Self::filter_expression),
        member("ProjectionExpression", &Self::projection_expression),
        member("ExpressionAttributeNames", &Self::expression_attribute_names),
        member("ExpressionAttributeValues", &Self::expression_attribute_values));
  }
};

struct PageResponse {
  Field<std::vector<ItemOutput>> items;
  int64_t count = 0;
  int64_t scanned_count = 0;
  Field<ItemOutput> last_evaluated_key;
  Field<ConsumedCapacity> consumed_capacity;

  static constexpr auto shape() {
    using Self = PageResponse;
    return members(member("Items", &Self::items), member("Count", &Self::count),
                   member("ScannedCount", &Self::scanned_count),
                   member("LastEvaluatedKey", &Self::last_evaluated_key),
                   member("ConsumedCapacity", &Self::consumed_capacity));
  }
};

// What is done with the items of a page: the filter, then a choice of their parts (one of two, or
// none for all), or only a count.
struct PageChoice {
  std::optional<expression::Condition> filter;
  std::optional<expression::Projection> projection;
  std::optional<partiql::SelectList> select_list;
  bool only_count = false;

  bool has(const value::ItemView& item) const { return !filter || filter->matches(item); }
  // What is to be seen of an item.
  ItemOutput of(const value::ItemView& item) const;
};

// Checks Select against the projection and reads both expressions, or the legacy parameters in
// their place: `filter` is QueryFilter or ScanFilter. The choice refers to the request.
Result<PageChoice> read_choice(const PageMembers& request, const ConditionMap& filter,
                               expression::Placeholders& placeholders);

// An ExclusiveStartKey whose values are refused, in the words of `refusal`.
ApiError invalid_start_key(const ApiError& refusal);

// The table, or the index that the request names. Refuses one that is not there or cannot be read,
// or not so.
Result<table::PageSource> find_source(const PageMembers& request, const table::Table& table);

// Holds what the request wants to see against what an index has. Whether whole items are to be read
// from the table besides.
Result<bool> check_projection(const PageMembers& request, const table::PageSource& source,
                              const PageChoice& choice);

// The encoded ExclusiveStartKey of a request that has one.
Result<Bytes> read_start_key(const ItemInput& start, const table::PageSource& source);

// A page as it was read.
struct ItemPage {
  std::vector<ItemOutput> items;
  int64_t count = 0;   // of what has passed the filter
  size_t scanned = 0;  // of what was walked over
  size_t bytes = 0;    // likewise
  // Where the page ended because of its limits: the last key.
  Field<ItemOutput> last_evaluated_key;
  Consumption used;
};

// `source` and `choice` are used while the task runs, as below.
Task<Result<ItemPage>> read_items(Context& context, const table::PageSource& source,
                                  const PageChoice& choice, table::PageRequest page);

// Reads one page and makes the answer of it.
Task<Result<PageResponse>> answer_page(Context& context, const PageMembers& request,
                                       const table::PageSource& source, const PageChoice& choice,
                                       table::PageRequest page);

}  // namespace jedlik::service::dynamodb
