#include "service/dynamodb/list_tags_of_resource.h"

#include <algorithm>

#include "service/dynamodb/table_name.h"
#include "table/catalog.h"

namespace jedlik::service::dynamodb {

Task<Result<ListTagsOfResource::Response>> ListTagsOfResource::run(Context& context,
                                                                   Request&& request) {
  const auto name = table_name_of_resource(context, request.resource_arn);
  CO_RETURN_IF_REFUSED(name);
  const table::TablePtr table = context.catalog.find(*name);
  if (table == nullptr) co_return refuse(resource_arn_not_found(*request.resource_arn));

  Response response;
  for (const auto& [key, text] : table->schema.tags)
    response.tags.push_back({key, text});
  std::sort(response.tags.begin(), response.tags.end(),
            [](const Tag& a, const Tag& b) { return *a.key < *b.key; });
  co_return response;
}

}  // namespace jedlik::service::dynamodb
