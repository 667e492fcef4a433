#include "service/dynamodb/page.h"

#include <fmt/format.h>

#include "table/item_key.h"
#include "table/item_store.h"

namespace jedlik::service::dynamodb {

namespace {

// Gathers what a page is to answer.
class Gatherer final : public table::ItemVisitor {
 public:
  explicit Gatherer(const PageChoice& choice) : choice_(choice) {}

  Status visit(const value::ItemView& item) override {
    if (choice_.filter && !choice_.filter->matches(item)) return {};
    count_ += 1;
    if (choice_.only_count) return {};
    ItemOutput& output = items_.emplace_back();
    if (choice_.projection) {
      choice_.projection->apply(item, output.stored);
    } else {
      output.stored = item.bytes();
    }
    return {};
  }

  int64_t count() const { return count_; }
  std::vector<ItemOutput> take_items() { return std::move(items_); }

 private:
  const PageChoice& choice_;
  int64_t count_ = 0;
  std::vector<ItemOutput> items_;
};

Status check_select(const PageMembers& request) {
  if (!request.select) return {};
  const std::string_view projection = request.projection_expression ? "ProjectionExpression"
                                      : request.attributes_to_get   ? "AttributesToGet"
                                                                    : "";
  const std::string& select = *request.select;
  if (select != "SPECIFIC_ATTRIBUTES" && !projection.empty()) {
    return refuse(
        validation(fmt::format("Cannot specify the {} when choosing to get {}", projection,
                               select == "COUNT" ? "only the Count" : select)));
  }
  if (select == "ALL_PROJECTED_ATTRIBUTES" && !request.index_name) {
    return refuse(
        validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"));
  }
  if (select == "SPECIFIC_ATTRIBUTES" && projection.empty()) {
    return refuse(
        validation("Must specify the AttributesToGet or ProjectionExpression when choosing to get "
                   "SPECIFIC_ATTRIBUTES"));
  }
  return {};
}

}  // namespace

Result<PageChoice> read_choice(const PageMembers& request, const ConditionMap& filter,
                               expression::Placeholders& placeholders) {
  PageChoice choice;
  RETURN_IF_REFUSED(check_select(request));
  choice.only_count = request.select == "COUNT";
  auto attributes = read_attributes_to_get(request.attributes_to_get);
  RETURN_IF_REFUSED(attributes);
  choice.projection = *std::move(attributes);
  if (request.filter_expression) {
    auto parsed = expression::parse_condition(*request.filter_expression, expression::Kind::kFilter,
                                              placeholders);
    RETURN_IF_REFUSED(parsed);
    choice.filter.emplace(*std::move(parsed));
  } else {
    auto read = read_legacy_filter(filter, request.conditional_operator);
    RETURN_IF_REFUSED(read);
    choice.filter = *std::move(read);
  }
  if (request.projection_expression) {
    auto projection = expression::parse_projection(*request.projection_expression, placeholders);
    RETURN_IF_REFUSED(projection);
    choice.projection = *std::move(projection);
  }
  return choice;
}

ApiError invalid_start_key(const ApiError& refusal) {
  return validation(fmt::format("The provided starting key is invalid: {}", refusal.message));
}

Status refuse_index(const PageMembers& request) {
  if (!request.index_name) return {};
  return refuse(validation(
      fmt::format("The table does not have the specified index: {}", *request.index_name)));
}

Task<Result<PageResponse>> answer_page(Context& context, const PageMembers& request,
                                       const table::Table& table, const PageChoice& choice,
                                       table::PageRequest page) {
  page.consistency = request.consistent_read == true ? engine::Consistency::kStrong
                                                     : engine::Consistency::kEventual;
  if (request.limit) page.limit = static_cast<size_t>(*request.limit);
  const engine::Consistency consistency = page.consistency;

  Gatherer gatherer(choice);
  auto end = co_await table::read_page(context.items.engine(), table, std::move(page), gatherer);
  CO_RETURN_IF_REFUSED(end);

  PageResponse response;
  response.count = gatherer.count();
  response.scanned_count = static_cast<int64_t>(end->items);
  if (!choice.only_count) response.items = gatherer.take_items();
  if (end->last_key) {
    response.last_evaluated_key =
        ItemOutput{table::attributes_of_key(table.schema, *end->last_key)};
  }
  response.consumed_capacity =
      consumed_capacity(request.return_consumed_capacity, table.schema.name,
                        table::read_units(end->bytes, consistency));
  co_return response;
}

}  // namespace jedlik::service::dynamodb
