#include "service/dynamodb/page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "table/index_row.h"
#include "table/item_key.h"
#include "table/item_store.h"

namespace jedlik::service::dynamodb {

namespace {

// Gathers what a page is to answer.
class Gatherer final : public table::ItemVisitor {
 public:
  explicit Gatherer(const PageChoice& choice) : choice_(choice) {}

  Status visit(const value::ItemView& item) override {
    if (!choice_.has(item)) return {};
    count_ += 1;
    if (!choice_.only_count) items_.push_back(choice_.of(item));
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

ApiError no_such_index(std::string_view name) {
  return validation(fmt::format("The table does not have the specified index: {}", name));
}

Status check_readable(const table::GlobalIndex& index, const PageMembers& request) {
  if (index.status == table::IndexStatus::kDeleting) return refuse(no_such_index(index.name));
  if (request.consistent_read == true) {
    return refuse(validation("Consistent reads are not supported on global secondary indexes"));
  }
  if (index.is_complete()) return {};
  return refuse(validation(
      fmt::format("Cannot read from backfilling global secondary index: {}", index.name)));
}

// The names that rows of the index do not have, as Java prints a list.
std::string not_projected(const table::PageSource& source,
                          const std::vector<std::string_view>& names) {
  std::vector<std::string_view> missing;
  for (const std::string_view name : names)
    if (!table::is_projected(source.layout, *source.index, name)) missing.push_back(name);
  return missing.empty() ? std::string() : fmt::format("[{}]", fmt::join(missing, ", "));
}

Consumption consumption_of(const table::PageSource& source, const table::PageEnd& end,
                           engine::Consistency consistency) {
  const table::Units walked = table::read_units(end.bytes, consistency);
  if (source.index == nullptr) return Consumption(walked);
  Consumption used(end.whole_items);
  used.add(table::IndexUse{source.index, source.is_local(), walked});
  return used;
}

}  // namespace

ItemOutput PageChoice::of(const value::ItemView& item) const {
  ItemOutput output;
  if (projection) {
    projection->apply(item, output.stored);
  } else if (select_list) {
    select_list->apply(item, output.stored);
  } else {
    output.stored = item.bytes();
  }
  return output;
}

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
  // Of a number that is none the service says only that.
  if (refusal.message.starts_with("The parameter cannot be converted")) return refusal;
  return validation(fmt::format("The provided starting key is invalid: {}", refusal.message));
}

Result<table::PageSource> find_source(const PageMembers& request, const table::Table& table) {
  if (!request.index_name) return table::PageSource(table);
  for (const table::LocalIndex& index : table.schema.local_indexes)
    if (index.name == *request.index_name) return table::PageSource(table, index);
  const table::GlobalIndex* index = table.schema.find_global_index(*request.index_name);
  if (index == nullptr) return refuse(no_such_index(*request.index_name));
  RETURN_IF_REFUSED(check_readable(*index, request));
  return table::PageSource(table, *index);
}

Result<bool> check_projection(const PageMembers& request, const table::PageSource& source,
                              const PageChoice& choice) {
  if (source.index == nullptr) return false;
  const table::SecondaryIndex& index = *source.index;
  const bool has_all = index.projection.kind == table::ProjectionKind::kAll;
  const bool wants_all = request.select == "ALL_ATTRIBUTES" && !has_all;
  if (wants_all && !source.is_local()) {
    return refuse(invalid_parameters(
        fmt::format("Select type ALL_ATTRIBUTES is not supported for global secondary index {} "
                    "because its projection type is not ALL",
                    index.name)));
  }
  std::vector<std::string_view> shown;
  if (choice.projection) shown = choice.projection->attribute_names();
  if (choice.select_list) shown = choice.select_list->attribute_names();
  const std::string unprojected = not_projected(source, shown);
  if (!unprojected.empty() && !source.is_local()) {
    return refuse(invalid_parameters(
        fmt::format("Global secondary index {} does not project {}", index.name, unprojected)));
  }
  const std::string unfiltered =
      choice.filter ? not_projected(source, choice.filter->attribute_names()) : "";
  if (!unfiltered.empty()) {
    return refuse(invalid_parameters(
        fmt::format("Secondary index {} does not project one or more filter attributes: {}",
                    index.name, unfiltered)));
  }
  return wants_all || !unprojected.empty();
}

Result<Bytes> read_start_key(const ItemInput& start, const table::PageSource& source) {
  const auto attributes = value::ItemView(start.stored).attributes();
  if (source.index == nullptr) return table::key_of_start(source.layout, attributes);
  std::set<std::string_view> wanted;
  bool index_key_fits = true;
  const auto add = [&](const table::KeyLayout::Attributes& keys, bool of_index) {
    for (const table::KeyAttribute* key : keys) {
      wanted.insert(key->name);
      const auto value = attributes.find(key->name);
      if (of_index && value && value->type() != key->type) index_key_fits = false;
    }
  };
  add(source.layout.partition, true);
  add(source.layout.sort, true);
  add(source.layout.item, false);
  size_t known = 0;
  for (const auto& attribute : attributes)
    known += wanted.count(attribute.name);
  if (known != wanted.size() || attributes.size() != wanted.size())
    return refuse(validation("The provided starting key is invalid"));
  auto key = table::key_of_start(source.layout, attributes);
  if (!key && index_key_fits) return refuse(invalid_start_key(key.error()));
  return key;
}

Task<Result<ItemPage>> read_items(Context& context, const table::PageSource& source,
                                  const PageChoice& choice, table::PageRequest page) {
  const engine::Consistency consistency = page.consistency;
  Gatherer gatherer(choice);
  auto end = co_await table::read_page(context.items.engine(), source, std::move(page), gatherer);
  CO_RETURN_IF_REFUSED(end);
  ItemPage read;
  read.count = gatherer.count();
  read.items = gatherer.take_items();
  read.scanned = end->items;
  read.bytes = end->bytes;
  if (end->last_key) {
    read.last_evaluated_key = ItemOutput{table::attributes_of_key(source.layout, *end->last_key)};
  }
  read.used = consumption_of(source, *end, consistency);
  co_return read;
}

Task<Result<PageResponse>> answer_page(Context& context, const PageMembers& request,
                                       const table::PageSource& source, const PageChoice& choice,
                                       table::PageRequest page) {
  page.consistency = request.consistent_read == true ? engine::Consistency::kStrong
                                                     : engine::Consistency::kEventual;
  if (request.limit) page.limit = static_cast<size_t>(*request.limit);
  auto read = co_await read_items(context, source, choice, std::move(page));
  CO_RETURN_IF_REFUSED(read);

  PageResponse response;
  response.count = read->count;
  response.scanned_count = static_cast<int64_t>(read->scanned);
  if (!choice.only_count) response.items = std::move(read->items);
  response.last_evaluated_key = std::move(read->last_evaluated_key);
  response.consumed_capacity =
      consumed_capacity(request.return_consumed_capacity, source.table.schema.name, read->used);
  co_return response;
}

}  // namespace jedlik::service::dynamodb
