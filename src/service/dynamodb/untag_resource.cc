#include "service/dynamodb/untag_resource.h"

#include <algorithm>

#include "service/dynamodb/table_name.h"
#include "table/catalog.h"
#include "table/engine_errors.h"

namespace jedlik::service::dynamodb {

Task<Result<NoContent>> UntagResource::run(Context& context, Request&& request) {
  const auto name = table_name_of_resource(context, request.resource_arn);
  CO_RETURN_IF_REFUSED(name);
  if (request.tag_keys->empty()) {
    co_return refuse(validation("Atleast one Tag Key needs to be provided as Input."));
  }
  if (context.catalog.find(*name) == nullptr) co_return refuse(table::table_not_found());

  table::Catalog::Change remove = [&request](table::TableSchema& schema) -> Status {
    const std::vector<std::string>& keys = *request.tag_keys;
    std::erase_if(schema.tags, [&keys](const auto& tag) {
      return std::find(keys.begin(), keys.end(), tag.first) != keys.end();
    });
    return {};
  };
  const auto changed = co_await context.catalog.update(*name, std::move(remove));
  CO_RETURN_IF_REFUSED(changed);
  co_return NoContent();
}

}  // namespace jedlik::service::dynamodb
