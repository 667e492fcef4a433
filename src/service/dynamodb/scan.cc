#include "service/dynamodb/scan.h"

#include <fmt/format.h>

#include "service/dynamodb/placeholders.h"
#include "service/dynamodb/table_name.h"
#include "table/catalog.h"
#include "table/item_key.h"

namespace jedlik::service::dynamodb {

namespace {

using Request = Scan::Request;
using table::KeyRange;

Result<expression::Placeholders> placeholders_of(const Request& request) {
  const bool has_filter = request.filter_expression.has_value();
  const bool has_projection = request.projection_expression.has_value();
  RETURN_IF_REFUSED(
      check_no_mix({{request.attributes_to_get.has_value(), "AttributesToGet"},
                    {request.scan_filter.has_value(), "ScanFilter"},
                    {request.conditional_operator.has_value(), "ConditionalOperator"}},
                   {{has_projection, "ProjectionExpression"}, {has_filter, "FilterExpression"}}));
  return make_placeholders(request.expression_attribute_names, request.expression_attribute_values,
                           any_of({has_filter, has_projection}),
                           has_filter ? "" : "FilterExpression is null");
}

Status check_segments(const Request& request) {
  if (request.segment && !request.total_segments) {
    return refuse(
        validation("The TotalSegments parameter is required but was not present in the request "
                   "when Segment parameter is present"));
  }
  if (request.total_segments && !request.segment) {
    return refuse(
        validation("The Segment parameter is required but was not present in the request when "
                   "parameter TotalSegments is present"));
  }
  if (request.segment && *request.segment >= *request.total_segments) {
    return refuse(validation(
        fmt::format("The Segment parameter is zero-based and must be less than parameter "
                    "TotalSegments: Segment: {} is not less than TotalSegments: {}",
                    *request.segment, *request.total_segments)));
  }
  return {};
}

// The encoded ExclusiveStartKey, which must be one that the scan could have answered.
Result<std::optional<Bytes>> start_key(const Request& request, const table::PageSource& source,
                                       const KeyRange& range) {
  if (!request.exclusive_start_key) return std::optional<Bytes>();
  auto key = read_start_key(*request.exclusive_start_key, source);
  if (!key && source.index == nullptr) return refuse(invalid_start_key(key.error()));
  RETURN_IF_REFUSED(key);
  if (!range.contains(*key)) {
    return refuse(validation(
        fmt::format("The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
                    "ExclusiveStartKey with correct Segment. TotalSegments: {} Segment: {}",
                    *request.total_segments, *request.segment)));
  }
  return std::optional<Bytes>(*std::move(key));
}

}  // namespace

Task<Result<PageResponse>> Scan::run(Context& context, Request&& request) {
  if (request.exclusive_start_key && request.exclusive_start_key->refusal) {
    co_return refuse(invalid_start_key(*request.exclusive_start_key->refusal));
  }
  auto placeholders = placeholders_of(request);
  CO_RETURN_IF_REFUSED(placeholders);
  const auto choice = read_choice(request, request.scan_filter, *placeholders);
  CO_RETURN_IF_REFUSED(choice);
  CO_RETURN_IF_REFUSED(placeholders->check_all_used());
  CO_RETURN_IF_REFUSED(check_segments(request));

  const auto table =
      co_await context.catalog.find_for_items(table_name_of(context, *request.table_name));
  CO_RETURN_IF_REFUSED(table);
  const auto source = find_source(request, **table);
  CO_RETURN_IF_REFUSED(source);
  const auto whole_items = check_projection(request, *source, *choice);
  CO_RETURN_IF_REFUSED(whole_items);

  table::PageRequest page;
  if (request.segment) {
    page.range = table::range_of_segment(static_cast<uint32_t>(*request.segment),
                                         static_cast<uint32_t>(*request.total_segments));
  }
  auto start_after = start_key(request, *source, page.range);
  CO_RETURN_IF_REFUSED(start_after);
  page.start_after = *std::move(start_after);
  page.whole_items = *whole_items;
  co_return co_await answer_page(context, request, *source, *choice, std::move(page));
}

}  // namespace jedlik::service::dynamodb
