#include "service/dynamodb/get_item.h"

#include "expression/projection.h"
#include "service/dynamodb/placeholders.h"
#include "service/dynamodb/table_name.h"
#include "table/catalog.h"
#include "table/item_key.h"
#include "table/item_store.h"

namespace jedlik::service::dynamodb {

namespace {

using MaybeProjection = std::optional<expression::Projection>;

Result<MaybeProjection> read_projection(const GetItem::Request& request) {
  const bool has_projection = request.projection_expression.has_value();
  RETURN_IF_REFUSED(check_no_mix({{request.attributes_to_get.has_value(), "AttributesToGet"}},
                                 {{has_projection, "ProjectionExpression"}}));
  auto placeholders =
      make_placeholders(request.expression_attribute_names, std::nullopt, any_of({has_projection}));
  RETURN_IF_REFUSED(placeholders);
  if (!has_projection) return read_attributes_to_get(request.attributes_to_get);
  auto projection = expression::parse_projection(*request.projection_expression, *placeholders);
  RETURN_IF_REFUSED(projection);
  RETURN_IF_REFUSED(placeholders->check_all_used());
  return MaybeProjection(*std::move(projection));
}

}  // namespace

Task<Result<GetItem::Response>> GetItem::run(Context& context, Request&& request) {
  if (request.key->refusal) co_return refuse(*request.key->refusal);
  const auto projection = read_projection(request);
  CO_RETURN_IF_REFUSED(projection);

  const auto table =
      co_await context.catalog.find_for_items(table_name_of(context, *request.table_name));
  CO_RETURN_IF_REFUSED(table);
  const value::ItemView view(request.key->stored);
  auto key = table::key_of_key((*table)->schema, view.attributes());
  CO_RETURN_IF_REFUSED(key);

  const auto consistency = request.consistent_read == true ? engine::Consistency::kStrong
                                                           : engine::Consistency::kEventual;
  auto item = co_await context.items.get(**table, *std::move(key), consistency);
  CO_RETURN_IF_REFUSED(item);

  Response response;
  if (wants_capacity(request.return_consumed_capacity)) {
    const size_t bytes = *item ? value::ItemView(**item).size_bytes() : 0;
    response.consumed_capacity =
        consumed_capacity(request.return_consumed_capacity, (*table)->schema.name,
                          Consumption(table::read_units(bytes, consistency)));
  }
  if (*item && !*projection) {
    response.item = ItemOutput{**std::move(item)};
  } else if (*item) {
    response.item.emplace();
    (*projection)->apply(value::ItemView(**item), response.item->stored);
  }
  co_return response;
}

}  // namespace jedlik::service::dynamodb
