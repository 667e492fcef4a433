#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "partiql/key_tests.h"
#include "service/dynamodb/statement.h"
#include "table/item_key.h"

namespace jedlik::service::dynamodb {

namespace {

using engine::Consistency;
using expression::KeyCondition;
using partiql::OrderBy;
using partiql::Select;
using table::KeyAttribute;
using table::PageSource;
using value::ValueView;
using Lookups = ReadOfStatement::Lookups;
using Queries = ReadOfStatement::Queries;

bool has_index(const table::TableSchema& schema, std::string_view name) {
  const auto has_name = [name](const table::LocalIndex& index) { return index.name == name; };
  if (std::any_of(schema.local_indexes.begin(), schema.local_indexes.end(), has_name)) return true;
  const table::GlobalIndex* global = schema.find_global_index(name);
  return global != nullptr && global->status != table::IndexStatus::kDeleting;
}

// Statements have words of their own for what is wrong with an index.
Result<PageSource> source_of(const Select& select, const table::Table& table,
                             Consistency consistency) {
  if (!select.index) return PageSource(table);
  if (!has_index(table.schema, *select.index))
    return refuse(validation("The table does not have the specified index"));
  PageMembers request;
  request.index_name = std::string(*select.index);
  auto source = find_source(request, table);
  if (source && !source->is_local() && consistency == Consistency::kStrong) {
    return refuse(
        validation("Strongly consistent read is not supported on Global Secondary Indexes"));
  }
  return source;
}

bool is_any_of(const table::KeyLayout::Attributes& keys, std::string_view name) {
  return std::any_of(keys.begin(), keys.end(),
                     [name](const KeyAttribute* key) { return key->name == name; });
}

// What WHERE leaves open of the partition key.
struct PartitionKeys {
  // Each with the values of all attributes, in their order.
  std::vector<std::vector<ValueView>> keys;
  bool are_several() const { return keys.size() > 1; }
};

ApiError too_many_partition_keys(size_t count) {
  return validation(fmt::format(
      "The IN operator is provided with too many operands; number of operands: {}", count));
}

// Nothing where WHERE does not name each attribute: everything is to be scanned.
Result<std::optional<PartitionKeys>> partition_keys(const Select& select,
                                                    const PageSource& source) {
  if (!select.where) return std::nullopt;
  PartitionKeys found;
  found.keys.emplace_back();
  for (const KeyAttribute* attribute : source.layout.partition) {
    const auto values = partiql::possible_values(*select.where, attribute->name);
    if (!values) return std::nullopt;
    const size_t count = found.keys.size() * values->size();
    if (count > limits::kInPartitionKeys) return refuse(too_many_partition_keys(count));
    std::vector<std::vector<ValueView>> longer;
    for (const auto& key : found.keys) {
      for (const ValueView& value : *values) {
        longer.push_back(key);
        longer.back().push_back(value);
      }
    }
    found.keys = std::move(longer);
  }
  return std::optional<PartitionKeys>(std::move(found));
}

// ORDER BY: the order of partition keys, if it is of these, and that of sort keys.
struct Order {
  std::optional<OrderBy::Direction> partition;
  std::optional<OrderBy::Direction> sort;
};

Status check_order_is_possible(const Select& select, const PageSource& source,
                               const std::optional<PartitionKeys>& keys) {
  if (select.order.empty()) return {};
  if (!select.where) {
    return refuse(
        validation("Must have WHERE clause in the statement when using ORDER BY clause."));
  }
  if (!keys) {
    return refuse(
        validation("Must have at least one non-optional hash key condition in WHERE clause when "
                   "using ORDER BY clause."));
  }
  for (const OrderBy& by : select.order) {
    if (is_any_of(source.layout.partition, by.attribute) ||
        is_any_of(source.layout.sort, by.attribute))
      continue;
    return refuse(validation(fmt::format(
        "Variable reference {} in ORDER BY clause must be part of the primary key", by.attribute)));
  }
  return {};
}

// Sort keys are in their order, or all of them in the opposite one.
Result<Order> order_of(const Select& select, const PageSource& source, bool several_partitions) {
  Order order;
  size_t sort_keys = 0;
  for (const OrderBy& by : select.order) {
    if (is_any_of(source.layout.partition, by.attribute)) {
      if (several_partitions && order.sort) break;
      if (!order.partition) order.partition = by.direction;
      continue;
    }
    const bool is_next = sort_keys < source.layout.sort.size() &&
                         source.layout.sort[sort_keys]->name == by.attribute;
    if (!is_next || (order.sort && *order.sort != by.direction)) {
      return refuse(validation(
          "ORDER BY must have the sort key attributes in their order and one direction"));
    }
    order.sort = by.direction;
    ++sort_keys;
  }
  if (several_partitions && order.sort && !order.partition) {
    return refuse(
        validation("ORDER BY must begin with the partition key where there are several of them"));
  }
  return order;
}

void sort_partition_keys(PartitionKeys& partitions, OrderBy::Direction direction) {
  const auto is_before = [](const auto& a, const auto& b) {
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(),
        [](const ValueView& x, const ValueView& y) { return x.bytes() < y.bytes(); });
  };
  std::sort(partitions.keys.begin(), partitions.keys.end(), is_before);
  if (direction == OrderBy::Direction::kDescending)
    std::reverse(partitions.keys.begin(), partitions.keys.end());
}

// The tests of the first sort key attributes; all but the last are equalities.
std::vector<KeyCondition::Term> sort_terms(const Select& select, const PageSource& source) {
  std::vector<KeyCondition::Term> terms;
  for (const KeyAttribute* attribute : source.layout.sort) {
    const auto test = partiql::key_test(*select.where, attribute->name);
    if (!test) break;
    terms.push_back({attribute->name, *test});
    if (test->op != expression::KeyOperator::kEqual) break;
  }
  return terms;
}

bool is_full_key(const PageSource& source, const std::vector<KeyCondition::Term>& sort) {
  if (source.index != nullptr || sort.size() < source.layout.sort.size()) return false;
  return sort.empty() || sort.back().test.op == expression::KeyOperator::kEqual;
}

std::vector<KeyCondition::Term> terms_of(const PageSource& source,
                                         const std::vector<ValueView>& partition,
                                         const std::vector<KeyCondition::Term>& sort) {
  std::vector<KeyCondition::Term> terms;
  for (size_t i = 0; i < partition.size(); ++i) {
    const expression::KeyTest test{expression::KeyOperator::kEqual, partition[i], std::nullopt};
    terms.push_back({source.layout.partition[i]->name, test});
  }
  terms.insert(terms.end(), sort.begin(), sort.end());
  return terms;
}

Result<Bytes> lookup_key(const table::TableSchema& schema,
                         const std::vector<KeyCondition::Term>& terms) {
  Bytes attributes;
  value::ItemWriter writer(attributes, value::ItemWriter::Form::kItem);
  for (const KeyCondition::Term& term : terms) {
    writer.name(term.name);
    writer.value(term.test.value);
  }
  writer.finish();
  return table::key_of_key(schema, value::ItemView(attributes).attributes());
}

Status plan_access(const Select& select, const PartitionKeys& partitions, ReadOfStatement& read) {
  const auto sort = sort_terms(select, read.source);
  Lookups lookups;
  Queries queries;
  const bool is_lookup = is_full_key(read.source, sort);
  for (const auto& partition : partitions.keys) {
    auto terms = terms_of(read.source, partition, sort);
    if (is_lookup) {
      auto key = lookup_key(read.source.table.schema, terms);
      RETURN_IF_REFUSED(key);
      lookups.push_back(*std::move(key));
    } else {
      auto collection = find_collection(KeyCondition(std::move(terms)), read.source);
      RETURN_IF_REFUSED(collection);
      queries.push_back(*std::move(collection));
    }
  }
  if (is_lookup) {
    read.access = std::move(lookups);
  } else {
    read.access = std::move(queries);
  }
  return {};
}

// Reads the parts of a statement one after the other, as far as a page goes.
class Reading {
 public:
  Reading(Context& context, const ReadOfStatement& read, Consistency consistency,
          std::optional<size_t> limit)
      : context_(context), read_(read), consistency_(consistency), limit_(limit) {}

  Task<Status> look_up(const Lookups& keys, size_t first);
  Task<Status> query(const Queries& collections, StatementPosition position);
  Task<Status> scan(const std::optional<ItemInput>& start);

  SelectedItems take() { return std::move(selected_); }

 private:
  Task<Status> read_page(table::KeyRange range, std::optional<Bytes> start_after, uint64_t part);
  void limit_to_pages_of_several() {
    limit_ =
        std::min(limit_.value_or(limits::kItemsOfPartitionKeys), limits::kItemsOfPartitionKeys);
  }
  bool is_full() const {
    return (limit_ && scanned_ >= *limit_) || bytes_ >= limits::kPageBytes || selected_.next;
  }

  Context& context_;
  const ReadOfStatement& read_;
  const Consistency consistency_;
  std::optional<size_t> limit_;
  size_t scanned_ = 0;
  size_t bytes_ = 0;
  SelectedItems selected_;
};

Task<Status> Reading::look_up(const Lookups& keys, size_t first) {
  if (keys.size() > 1) limit_to_pages_of_several();
  const table::Table& table = read_.source.table;
  const size_t count = keys.size() > 1 ? std::min(keys.size() - first, *limit_) : 1;
  const std::vector<Bytes> wanted(keys.begin() + static_cast<ptrdiff_t>(first),
                                  keys.begin() + static_cast<ptrdiff_t>(first + count));
  auto fetched = co_await context_.items.get_many(table, wanted, consistency_);
  CO_RETURN_IF_REFUSED(fetched);
  for (const std::optional<Bytes>& stored : *fetched) {
    const size_t bytes = stored ? value::ItemView(*stored).size_bytes() : 0;
    selected_.used.add(table::read_units(bytes, consistency_));
    if (!stored) continue;
    const value::ItemView item(*stored);
    if (read_.choice.has(item)) selected_.items.push_back(read_.choice.of(item));
  }
  if (first + count == keys.size()) co_return Status();
  selected_.next = StatementPosition{first + count, std::nullopt};
  selected_.last_evaluated_key =
      ItemOutput{table::attributes_of_key(read_.source.layout, wanted.back())};
  co_return Status();
}

Task<Status> Reading::read_page(table::KeyRange range, std::optional<Bytes> start_after,
                                uint64_t part) {
  table::PageRequest request;
  request.range = std::move(range);
  request.start_after = std::move(start_after);
  request.direction = read_.direction;
  request.consistency = consistency_;
  request.whole_items = read_.whole_items;
  if (limit_) request.limit = *limit_ - scanned_;
  auto page = co_await read_items(context_, read_.source, read_.choice, std::move(request));
  CO_RETURN_IF_REFUSED(page);
  scanned_ += page->scanned;
  bytes_ += page->bytes;
  selected_.used.add(page->used);
  std::move(page->items.begin(), page->items.end(), std::back_inserter(selected_.items));
  if (page->last_evaluated_key) {
    selected_.next = StatementPosition{part, ItemInput{page->last_evaluated_key->stored}};
    selected_.last_evaluated_key = std::move(page->last_evaluated_key);
  }
  co_return Status();
}

Task<Status> Reading::query(const Queries& collections, StatementPosition position) {
  if (collections.size() > 1) limit_to_pages_of_several();
  for (size_t part = position.part; part < collections.size(); ++part) {
    if (is_full()) {
      if (!selected_.next) selected_.next = StatementPosition{part, std::nullopt};
      co_return Status();
    }
    const KeyCollection& collection = collections[part];
    std::optional<Bytes> start_after;
    if (position.start) {
      auto key = start_key_in(collection, *position.start, read_.source);
      CO_RETURN_IF_REFUSED(key);
      start_after = *std::move(key);
      position.start.reset();
    }
    table::KeyRange range = collection.range;
    CO_RETURN_IF_REFUSED(co_await read_page(std::move(range), std::move(start_after), part));
  }
  co_return Status();
}

Task<Status> Reading::scan(const std::optional<ItemInput>& start) {
  std::optional<Bytes> start_after;
  if (start) {
    auto key = read_start_key(*start, read_.source);
    CO_RETURN_IF_REFUSED(key);
    start_after = *std::move(key);
  }
  table::KeyRange everything;
  co_return co_await read_page(std::move(everything), std::move(start_after), 0);
}

}  // namespace

Result<ReadOfStatement> plan_read(const Select& select, const table::Table& table,
                                  Consistency consistency) {
  auto source = source_of(select, table, consistency);
  RETURN_IF_REFUSED(source);
  ReadOfStatement read{*std::move(source), {}, false, ReadOfStatement::Scan{}};
  read.choice.filter = select.where;
  read.choice.select_list = select.list;
  const auto whole_items = check_projection(PageMembers(), read.source, read.choice);
  RETURN_IF_REFUSED(whole_items);
  read.whole_items = *whole_items;

  auto partitions = partition_keys(select, read.source);
  RETURN_IF_REFUSED(partitions);
  RETURN_IF_REFUSED(check_order_is_possible(select, read.source, *partitions));
  if (!*partitions) return read;
  const auto order = order_of(select, read.source, (*partitions)->are_several());
  RETURN_IF_REFUSED(order);
  if (order->partition) sort_partition_keys(**partitions, *order->partition);
  if (order->sort == OrderBy::Direction::kDescending) read.direction = engine::Direction::kBackward;
  RETURN_IF_REFUSED(plan_access(select, **partitions, read));
  return read;
}

Result<ReadOfStatement> plan_lookup(const Select& select, const table::Table& table,
                                    Consistency consistency, std::string_view operation) {
  const ApiError no_key = validation(fmt::format(
      "Select statements within {} must specify the primary key in the where clause.", operation));
  if (select.index) return refuse(no_key);
  auto read = plan_read(select, table, consistency);
  RETURN_IF_REFUSED(read);
  const auto* lookups = std::get_if<Lookups>(&read->access);
  if (lookups == nullptr || lookups->size() != 1) return refuse(no_key);
  return read;
}

Task<Result<SelectedItems>> run_read(Context& context, const ReadOfStatement& read,
                                     Consistency consistency, std::optional<size_t> limit,
                                     StatementPosition position) {
  Reading reading(context, read, consistency, limit);
  Status done;
  if (const auto* lookups = std::get_if<Lookups>(&read.access)) {
    if (position.part >= lookups->size()) co_return refuse(next_token_mismatch());
    done = co_await reading.look_up(*lookups, position.part);
  } else if (const auto* queries = std::get_if<Queries>(&read.access)) {
    if (position.part >= queries->size()) co_return refuse(next_token_mismatch());
    done = co_await reading.query(*queries, std::move(position));
  } else {
    done = co_await reading.scan(position.start);
  }
  CO_RETURN_IF_REFUSED(done);
  co_return reading.take();
}

}  // namespace jedlik::service::dynamodb
