#include "service/dynamodb/create_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "service/dynamodb/not_yet.h"
#include "service/dynamodb/tagging.h"
#include "service/dynamodb/throughput.h"
#include "table/stream_steps.h"

namespace jedlik::service::dynamodb {

namespace {

using Request = CreateTable::Request;
using table::TableSchema;

bool is_on_demand(const Request& request) {
  return request.billing_mode == "PAY_PER_REQUEST";
}

Status check_billing(const Request& request) {
  RETURN_IF_REFUSED(check_throughput(request.provisioned_throughput, is_on_demand(request)));
  if (!is_on_demand(request) && !request.provisioned_throughput) {
    return refuse(
        invalid_parameters("ReadCapacityUnits and WriteCapacityUnits must both be specified when "
                           "BillingMode is PROVISIONED"));
  }
  return {};
}

Status check_indexes(const Request& request) {
  const AttributeDefinitions& definitions = *request.attribute_definitions;
  if (request.local_secondary_indexes) {
    RETURN_IF_REFUSED(
        check_local_indexes(*request.local_secondary_indexes, *request.key_schema, definitions));
  }
  if (!request.global_secondary_indexes) return {};
  const auto local_indexes =
      request.local_secondary_indexes.value_or(std::vector<LocalSecondaryIndex>());
  return check_global_indexes(*request.global_secondary_indexes, local_indexes,
                              is_on_demand(request), definitions);
}

// The names of all key attributes, each once, in the order in which they come.
std::vector<std::string_view> key_names(const Request& request) {
  std::vector<std::string_view> names;
  const auto add = [&names](const KeySchema& keys) {
    for (const KeySchemaElement& element : keys) {
      if (std::find(names.begin(), names.end(), *element.attribute_name) == names.end())
        names.push_back(*element.attribute_name);
    }
  };
  add(*request.key_schema);
  if (request.local_secondary_indexes) {
    for (const LocalSecondaryIndex& index : *request.local_secondary_indexes)
      add(*index.key_schema);
  }
  if (request.global_secondary_indexes) {
    for (const GlobalSecondaryIndex& index : *request.global_secondary_indexes)
      add(*index.key_schema);
  }
  return names;
}

Status check_no_definition_twice(const AttributeDefinitions& definitions) {
  std::vector<std::string_view> names;
  for (const AttributeDefinition& definition : definitions)
    names.push_back(*definition.attribute_name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return {};
  return refuse(validation(fmt::format("Attribute Name is duplicated: {}", *twice)));
}

Status check_every_definition_is_used(const Request& request) {
  const std::vector<std::string_view> used = key_names(request);
  if (request.attribute_definitions->size() == used.size()) return {};
  if (!request.local_secondary_indexes && !request.global_secondary_indexes) {
    return refuse(
        invalid_parameters("Number of attributes in KeySchema does not exactly match number of "
                           "attributes defined in AttributeDefinitions"));
  }
  RETURN_IF_REFUSED(check_no_definition_twice(*request.attribute_definitions));
  std::vector<std::string_view> defined;
  for (const AttributeDefinition& definition : *request.attribute_definitions)
    defined.push_back(*definition.attribute_name);
  return refuse(invalid_parameters(
      fmt::format("Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: "
                  "[{}]",
                  fmt::join(defined, ", "), fmt::join(used, ", "))));
}

Status check(const Request& request) {
  RETURN_IF_REFUSED(check_billing(request));
  RETURN_IF_REFUSED(check_defined(*request.key_schema, *request.attribute_definitions));
  RETURN_IF_REFUSED(check_key_types(*request.key_schema));
  RETURN_IF_REFUSED(check_indexes(request));
  RETURN_IF_REFUSED(check_every_definition_is_used(request));
  if (request.stream_specification)
    RETURN_IF_REFUSED(check_new_stream(*request.stream_specification));
  RETURN_IF_REFUSED(refuse_not_yet({
      {request.sse_specification && request.sse_specification->enabled == true, "SSESpecification"},
      {request.on_demand_throughput.has_value(), "OnDemandThroughput"},
      {request.warm_throughput.has_value(), "WarmThroughput"},
      {request.resource_policy.has_value(), "ResourcePolicy"},
  }));
  return request.tags ? check_tags(*request.tags) : Status();
}

void add_indexes(const Request& request, TableSchema& schema) {
  const AttributeDefinitions& definitions = *request.attribute_definitions;
  if (request.local_secondary_indexes) {
    for (const LocalSecondaryIndex& index : *request.local_secondary_indexes)
      schema.local_indexes.push_back(local_index_of(index, definitions));
  }
  if (request.global_secondary_indexes) {
    for (const GlobalSecondaryIndex& index : *request.global_secondary_indexes)
      schema.global_indexes.push_back(global_index_of(index, definitions));
  }
}

TableSchema schema_of(const Context& context, const Request& request) {
  TableSchema schema;
  schema.name = table_name_of(context, *request.table_name);
  const AttributeDefinitions& definitions = *request.attribute_definitions;
  schema.partition_key = key_attribute(definitions, (*request.key_schema)[0]);
  if (request.key_schema->size() == 2)
    schema.sort_key = key_attribute(definitions, (*request.key_schema)[1]);
  schema.attribute_definitions = key_attributes(definitions);
  add_indexes(request, schema);
  if (is_on_demand(request)) {
    schema.settings.billing_mode = table::BillingMode::kPayPerRequest;
    schema.on_demand_since = context.clock.now();
  } else {
    schema.settings.throughput = {*request.provisioned_throughput->read_capacity_units,
                                  *request.provisioned_throughput->write_capacity_units};
  }
  if (request.table_class) {
    schema.settings.table_class = request.table_class == "STANDARD"
                                      ? table::TableClass::kStandard
                                      : table::TableClass::kStandardInfrequentAccess;
  }
  if (request.deletion_protection_enabled == true) {
    schema.settings.deletion_protection = table::DeletionProtection::kEnabled;
  }
  if (request.tags) add_tags(schema.tags, *request.tags);
  const Field<StreamSpecification>& stream = request.stream_specification;
  if (stream && *stream->stream_enabled)
    table::add_stream(schema, view_of(*stream), context.clock.now());
  return schema;
}

}  // namespace

Task<Result<CreateTable::Response>> CreateTable::run(Context& context, Request&& request) {
  CO_RETURN_IF_REFUSED(check(request));
  TableSchema schema = schema_of(context, request);
  CO_RETURN_IF_REFUSED(check_projected_attributes(schema));
  const auto created = co_await context.catalog.create(std::move(schema));
  CO_RETURN_IF_REFUSED(created);
  auto description = co_await describe(context, *created);
  CO_RETURN_IF_REFUSED(description);
  co_return Response{*std::move(description)};
}

}  // namespace jedlik::service::dynamodb
