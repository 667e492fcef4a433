#include "service/dynamodb/tag_resource.h"

#include "base/limits.h"
#include "service/dynamodb/table_name.h"
#include "service/dynamodb/tagging.h"
#include "table/catalog.h"

namespace jedlik::service::dynamodb {

Task<Result<NoContent>> TagResource::run(Context& context, Request&& request) {
  const auto name = table_name_of_resource(context, request.resource_arn);
  CO_RETURN_IF_REFUSED(name);
  if (request.tags->empty()) {
    co_return refuse(validation("Atleast one Tag needs to be provided as Input."));
  }
  if (context.catalog.find(*name) == nullptr) {
    co_return refuse(resource_arn_not_found(*request.resource_arn));
  }
  CO_RETURN_IF_REFUSED(check_tags(*request.tags));

  table::Catalog::Change add = [&request](table::TableSchema& schema) -> Status {
    add_tags(schema.tags, *request.tags);
    if (schema.tags.size() > limits::kTagsPerResource) return refuse(too_many_tags());
    return {};
  };
  const auto changed = co_await context.catalog.update(*name, std::move(add));
  CO_RETURN_IF_REFUSED(changed);
  co_return NoContent();
}

}  // namespace jedlik::service::dynamodb
