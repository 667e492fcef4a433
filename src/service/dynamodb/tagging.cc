#include "service/dynamodb/tagging.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "service/dynamodb/throughput.h"

namespace jedlik::service::dynamodb {

ApiError too_many_tags() {
  return invalid_parameters(
      fmt::format("Too many tags: tag limit is {}", limits::kTagsPerResource));
}

Status check_tags(const std::vector<Tag>& tags) {
  if (tags.size() > limits::kTagsPerResource) return refuse(too_many_tags());
  return {};
}

void add_tags(table::Tags& to, const std::vector<Tag>& tags) {
  for (const Tag& tag : tags) {
    const auto same = std::find_if(to.begin(), to.end(),
                                   [&tag](const auto& known) { return known.first == tag.key; });
    if (same != to.end()) {
      same->second = *tag.value;
    } else {
      to.emplace_back(*tag.key, *tag.value);
    }
  }
}

}  // namespace jedlik::service::dynamodb
