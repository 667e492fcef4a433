#include "service/dynamodb/create_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "service/dynamodb/not_yet.h"
#include "service/dynamodb/tagging.h"
#include "service/dynamodb/throughput.h"

namespace jedlik::service::dynamodb {

namespace {

using Request = CreateTable::Request;
using table::KeyAttribute;
using table::TableSchema;

value::Type key_type_of(std::string_view name) {
  if (name == "S") return value::Type::kString;
  return name == "N" ? value::Type::kNumber : value::Type::kBinary;
}

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

const AttributeDefinition* find_definition(const Request& request, std::string_view name) {
  for (const AttributeDefinition& definition : *request.attribute_definitions) {
    if (definition.attribute_name == name) return &definition;
  }
  return nullptr;
}

ApiError undefined_key_attributes(const Request& request) {
  std::vector<std::string_view> keys;
  std::vector<std::string_view> definitions;
  for (const KeySchemaElement& element : *request.key_schema) {
    keys.push_back(*element.attribute_name);
  }
  for (const AttributeDefinition& definition : *request.attribute_definitions) {
    definitions.push_back(*definition.attribute_name);
  }
  return invalid_parameters(
      fmt::format("Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], "
                  "AttributeDefinitions: [{}]",
                  fmt::join(keys, ", "), fmt::join(definitions, ", ")));
}

// In the service's order of checks.
Status check_keys(const Request& request) {
  const std::vector<KeySchemaElement>& elements = *request.key_schema;
  const std::vector<AttributeDefinition>& definitions = *request.attribute_definitions;
  if (elements.size() > definitions.size()) {
    return refuse(validation("Invalid KeySchema: Some index key attribute have no definition"));
  }
  for (const KeySchemaElement& element : elements) {
    if (find_definition(request, *element.attribute_name) == nullptr) {
      return refuse(undefined_key_attributes(request));
    }
  }
  if (elements.size() == 2 && elements[0].attribute_name == elements[1].attribute_name) {
    return refuse(validation(
        "Both the Hash Key and the Range Key element in the KeySchema have the same name"));
  }
  if (elements[0].key_type != "HASH") {
    return refuse(
        validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"));
  }
  if (elements.size() == 2 && elements[1].key_type != "RANGE") {
    return refuse(
        validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"));
  }
  return {};
}

Status check_every_definition_is_used(const Request& request) {
  if (request.attribute_definitions->size() == request.key_schema->size()) return {};
  return refuse(
      invalid_parameters("Number of attributes in KeySchema does not exactly match number of "
                         "attributes defined in AttributeDefinitions"));
}

Status check_stream(const Field<StreamSpecification>& stream) {
  if (stream && stream->stream_enabled == false && stream->stream_view_type) {
    return refuse(invalid_parameters(
        "Table is being created with a stream disabled, UpdateViewType should not be specified"));
  }
  return {};
}

Status check(const Request& request) {
  RETURN_IF_REFUSED(check_billing(request));
  RETURN_IF_REFUSED(check_keys(request));
  RETURN_IF_REFUSED(refuse_not_yet({
      {request.local_secondary_indexes.has_value(), "LocalSecondaryIndexes"},
      {request.global_secondary_indexes.has_value(), "GlobalSecondaryIndexes"},
  }));
  RETURN_IF_REFUSED(check_every_definition_is_used(request));
  RETURN_IF_REFUSED(check_stream(request.stream_specification));
  RETURN_IF_REFUSED(refuse_not_yet({
      {request.stream_specification && request.stream_specification->stream_enabled == true,
       "StreamSpecification"},
      {request.sse_specification && request.sse_specification->enabled == true, "SSESpecification"},
      {request.on_demand_throughput.has_value(), "OnDemandThroughput"},
      {request.warm_throughput.has_value(), "WarmThroughput"},
      {request.resource_policy.has_value(), "ResourcePolicy"},
  }));
  return request.tags ? check_tags(*request.tags) : Status();
}

KeyAttribute key_attribute(const Request& request, const KeySchemaElement& element) {
  const AttributeDefinition* definition = find_definition(request, *element.attribute_name);
  return {*element.attribute_name, key_type_of(*definition->attribute_type)};
}

TableSchema schema_of(const Context& context, const Request& request) {
  TableSchema schema;
  schema.name = table_name_of(context, *request.table_name);
  schema.partition_key = key_attribute(request, (*request.key_schema)[0]);
  if (request.key_schema->size() == 2) {
    schema.sort_key = key_attribute(request, (*request.key_schema)[1]);
  }
  for (const AttributeDefinition& definition : *request.attribute_definitions) {
    schema.attribute_definitions.push_back(
        {*definition.attribute_name, key_type_of(*definition.attribute_type)});
  }
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
  return schema;
}

}  // namespace

Task<Result<CreateTable::Response>> CreateTable::run(Context& context, Request request) {
  CO_RETURN_IF_REFUSED(check(request));
  TableSchema schema = schema_of(context, request);
  const auto created = co_await context.catalog.create(std::move(schema));
  CO_RETURN_IF_REFUSED(created);
  auto description = co_await describe(context, *created);
  CO_RETURN_IF_REFUSED(description);
  co_return Response{*std::move(description)};
}

}  // namespace jedlik::service::dynamodb
