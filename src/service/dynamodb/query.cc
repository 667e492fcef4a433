#include "service/dynamodb/query.h"

#include "expression/key_condition.h"
#include "service/dynamodb/key_collection.h"
#include "service/dynamodb/placeholders.h"
#include "service/dynamodb/table_name.h"
#include "table/catalog.h"

namespace jedlik::service::dynamodb {

namespace {

using Request = Query::Request;
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
  table::PageRequest page;
  if (request.exclusive_start_key) {
    auto start_after = start_key_in(*collection, *request.exclusive_start_key, *source);
    CO_RETURN_IF_REFUSED(start_after);
    page.start_after = *std::move(start_after);
  }
  page.range = std::move(collection->range);
  page.whole_items = *whole_items;
  if (request.scan_index_forward == false) page.direction = engine::Direction::kBackward;
  co_return co_await answer_page(context, request, *source, *choice, std::move(page));
}

}  // namespace jedlik::service::dynamodb
