#include "service/dynamodb/query.h"

#include <boost/container/small_vector.hpp>

#include "expression/key_condition.h"
#include "service/dynamodb/placeholders.h"
#include "service/dynamodb/table_name.h"
#include "table/catalog.h"
#include "table/item_key.h"

namespace jedlik::service::dynamodb {

namespace {

using Request = Query::Request;
using table::KeyRange;
using table::PageSource;

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

// The key condition against the key of what is read: which item collection, and which part of it.
struct Collection {
  Bytes prefix;
  KeyRange range;
};

using KeyAttributes = boost::container::small_vector<expression::KeyAttribute, 4>;

KeyAttributes key_attributes(const table::KeyLayout::Attributes& from) {
  KeyAttributes attributes;
  for (const table::KeyAttribute* attribute : from)
    attributes.push_back({attribute->name, attribute->type});
  return attributes;
}

// The values of an index's key that are asked for; the expression itself knows those of tables.
Status check_values(const PageSource& source, const expression::KeyRange& wanted) {
  for (size_t i = 0; i < wanted.sort.size(); ++i) {
    const table::KeyAttribute& attribute = *source.layout.sort[i];
    const expression::KeyTest& test = wanted.sort[i];
    RETURN_IF_REFUSED(table::check_key_value(attribute, table::KeyRole::kSort, test.value));
    if (test.upper)
      RETURN_IF_REFUSED(table::check_key_value(attribute, table::KeyRole::kSort, *test.upper));
  }
  return {};
}

Result<Collection> find_collection(const expression::KeyCondition& condition,
                                   const PageSource& source) {
  const KeyAttributes partition = key_attributes(source.layout.partition);
  const KeyAttributes sort = key_attributes(source.layout.sort);
  expression::KeySchema schema;
  schema.partition = {partition.data(), partition.size()};
  schema.sort = {sort.data(), sort.size()};
  if (source.index != nullptr) schema.index = source.index->name;
  const auto resolved = condition.resolve(schema);
  RETURN_IF_REFUSED(resolved);
  auto prefix = table::collection_prefix(source.layout, resolved->partition);
  RETURN_IF_REFUSED(prefix);
  RETURN_IF_REFUSED(check_values(source, *resolved));
  KeyRange range = table::range_of_collection(*prefix, resolved->sort);
  return Collection{*std::move(prefix), std::move(range)};
}

Status check_filter(const Request& request, const PageChoice& choice, const PageSource& source) {
  if (!choice.filter) return {};
  std::vector<std::string_view> keys;
  for (const table::KeyAttribute* attribute : source.layout.partition)
    keys.push_back(attribute->name);
  for (const table::KeyAttribute* attribute : source.layout.sort)
    keys.push_back(attribute->name);
  return choice.filter->check_names_no_key(
      keys, request.query_filter ? "QueryFilter" : "Filter Expression");
}

// The encoded ExclusiveStartKey, which must be one that the query could have answered.
Result<std::optional<Bytes>> start_key(const Request& request, const PageSource& source,
                                       const Collection& collection) {
  if (!request.exclusive_start_key) return std::optional<Bytes>();
  auto key = read_start_key(*request.exclusive_start_key, source);
  if (!key && source.index == nullptr)
    return refuse(validation("The provided starting key is invalid"));
  RETURN_IF_REFUSED(key);
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

Task<Result<PageResponse>> Query::run(Context& context, Request&& request) {
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
  const auto source = find_source(request, **table);
  CO_RETURN_IF_REFUSED(source);
  auto collection = find_collection(*condition, *source);
  CO_RETURN_IF_REFUSED(collection);
  CO_RETURN_IF_REFUSED(check_filter(request, *choice, *source));
  const auto whole_items = check_projection(request, *source, *choice);
  CO_RETURN_IF_REFUSED(whole_items);
  auto start_after = start_key(request, *source, *collection);
  CO_RETURN_IF_REFUSED(start_after);

  table::PageRequest page;
  page.range = std::move(collection->range);
  page.start_after = *std::move(start_after);
  page.whole_items = *whole_items;
  if (request.scan_index_forward == false) page.direction = engine::Direction::kBackward;
  co_return co_await answer_page(context, request, *source, *choice, std::move(page));
}

}  // namespace jedlik::service::dynamodb
