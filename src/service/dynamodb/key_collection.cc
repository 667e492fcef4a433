#include "service/dynamodb/key_collection.h"

#include <boost/container/small_vector.hpp>

#include "service/dynamodb/page.h"
#include "table/item_key.h"

namespace jedlik::service::dynamodb {

namespace {

using table::PageSource;

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

}  // namespace

Result<KeyCollection> find_collection(const expression::KeyCondition& condition,
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
  table::KeyRange range = table::range_of_collection(*prefix, resolved->sort);
  return KeyCollection{*std::move(prefix), std::move(range)};
}

Result<Bytes> start_key_in(const KeyCollection& collection, const ItemInput& start,
                           const PageSource& source) {
  auto key = read_start_key(start, source);
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
  return key;
}

}  // namespace jedlik::service::dynamodb
