#include "service/dynamodb/query.h"

#include <boost/container/static_vector.hpp>

#include "expression/key_condition.h"
#include "service/dynamodb/placeholders.h"
#include "service/dynamodb/table_name.h"
#include "table/catalog.h"
#include "table/item_key.h"

namespace jedlik::service::dynamodb {

namespace {

using Request = Query::Request;
using table::KeyRange;
using table::TableSchema;

// KeyConditions alone may stand beside the expressions that are not in its place.
Status check_parameters(const Request& request) {
  const bool has_key_conditions = request.key_conditions.has_value();
  const bool has_key_condition = request.key_condition_expression.has_value();
  const bool has_other =
      request.attributes_to_get || request.query_filter || request.conditional_operator;
  if (has_key_conditions && !has_key_condition && !has_other) return {};
  return check_no_mix({{request.attributes_to_get.has_value(), "AttributesToGet"},
                       {request.query_filter.has_value(), "QueryFilter"},
                       {request.conditional_operator.has_value(), "ConditionalOperator"},
                       {has_key_conditions, "KeyConditions"}},
                      {{request.projection_expression.has_value(), "ProjectionExpression"},
                       {request.filter_expression.has_value(), "FilterExpression"},
                       {has_key_condition, "KeyConditionExpression"}});
}

Result<expression::KeyCondition> read_key_condition(const Request& request,
                                                    expression::Placeholders& placeholders) {
  if (request.key_conditions) return read_key_conditions(*request.key_conditions);
  return expression::parse_key_condition(*request.key_condition_expression, placeholders);
}

Result<expression::Placeholders> placeholders_of(const Request& request) {
  const bool has_key_condition = request.key_condition_expression.has_value();
  const bool has_filter = request.filter_expression.has_value();
  const bool has_projection = request.projection_expression.has_value();
  RETURN_IF_REFUSED(check_parameters(request));
  return make_placeholders(request.expression_attribute_names, request.expression_attribute_values,
                           any_of({has_key_condition, has_filter, has_projection}),
                           has_key_condition || has_filter
                               ? ""
                               : "FilterExpression and KeyConditionExpression are null");
}

// The key condition against the table's schema: which item collection, and which part of it.
struct Collection {
  Bytes prefix;
  KeyRange range;
};

Status check_sort_key(const TableSchema& schema, const value::ValueView& value) {
  return table::check_key_value(*schema.sort_key, table::KeyRole::kSort, value);
}

Result<Collection> find_collection(const expression::KeyCondition& condition,
                                   const TableSchema& schema) {
  const expression::KeyAttribute partition{schema.partition_key.name, schema.partition_key.type};
  boost::container::static_vector<expression::KeyAttribute, 1> sort;
  if (schema.sort_key) sort.push_back({schema.sort_key->name, schema.sort_key->type});
  const auto resolved = condition.resolve({{&partition, 1}, sort});
  RETURN_IF_REFUSED(resolved);

  auto prefix = table::collection_prefix(schema, resolved->partition[0]);
  RETURN_IF_REFUSED(prefix);
  std::optional<expression::KeyTest> test;
  if (!resolved->sort.empty()) {
    test = resolved->sort[0];
    RETURN_IF_REFUSED(check_sort_key(schema, test->value));
    if (test->upper) RETURN_IF_REFUSED(check_sort_key(schema, *test->upper));
  }
  KeyRange range = table::range_of_collection(*prefix, test);
  return Collection{*std::move(prefix), std::move(range)};
}

Status check_filter(const Request& request, const PageChoice& choice, const TableSchema& schema) {
  if (!choice.filter) return {};
  boost::container::static_vector<std::string_view, 2> keys{schema.partition_key.name};
  if (schema.sort_key) keys.push_back(schema.sort_key->name);
  return choice.filter->check_names_no_key(
      keys, request.query_filter ? "QueryFilter" : "Filter Expression");
}

// The encoded ExclusiveStartKey, which must be one that the query could have answered.
Result<std::optional<Bytes>> start_key(const Request& request, const TableSchema& schema,
                                       const Collection& collection) {
  if (!request.exclusive_start_key) return std::optional<Bytes>();
  const value::ItemView view(request.exclusive_start_key->stored);
  auto key = table::key_of_key(schema, view.attributes());
  if (!key) return refuse(validation("The provided starting key is invalid"));
  if (!key->starts_with(collection.prefix)) {
    return refuse(validation(
        "The provided starting key is outside query boundaries based on provided conditions"));
  }
  if (!collection.range.contains(*key)) {
    return refuse(validation("The provided starting key does not match the range key predicate"));
  }
  return std::optional<Bytes>(*std::move(key));
}

}  // namespace

Task<Result<PageResponse>> Query::run(Context& context, Request request) {
  if (request.exclusive_start_key && request.exclusive_start_key->refusal) {
    co_return refuse(invalid_start_key(*request.exclusive_start_key->refusal));
  }
  auto placeholders = placeholders_of(request);
  CO_RETURN_IF_REFUSED(placeholders);
  if (!request.key_condition_expression && !request.key_conditions) {
    co_return refuse(validation(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request."));
  }
  const auto choice = read_choice(request, request.query_filter, *placeholders);
  CO_RETURN_IF_REFUSED(choice);
  const auto condition = read_key_condition(request, *placeholders);
  CO_RETURN_IF_REFUSED(condition);
  CO_RETURN_IF_REFUSED(placeholders->check_all_used());

  const auto table =
      co_await context.catalog.find_for_items(table_name_of(context, *request.table_name));
  CO_RETURN_IF_REFUSED(table);
  CO_RETURN_IF_REFUSED(refuse_index(request));
  const TableSchema& schema = (*table)->schema;
  auto collection = find_collection(*condition, schema);
  CO_RETURN_IF_REFUSED(collection);
  CO_RETURN_IF_REFUSED(check_filter(request, *choice, schema));
  auto start_after = start_key(request, schema, *collection);
  CO_RETURN_IF_REFUSED(start_after);

  table::PageRequest page;
  page.range = std::move(collection->range);
  page.start_after = *std::move(start_after);
  if (request.scan_index_forward == false) page.direction = engine::Direction::kBackward;
  co_return co_await answer_page(context, request, **table, *choice, std::move(page));
}

}  // namespace jedlik::service::dynamodb
