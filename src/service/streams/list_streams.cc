#include "service/streams/list_streams.h"

#include "service/arn.h"
#include "service/dynamodb/table_name.h"
#include "service/streams/stream_lookup.h"
#include "table/catalog.h"

namespace jedlik::service::streams {

namespace {

using Response = ListStreams::Response;

// Collects streams in the order of their tables' names, then of their age.
class Lister {
 public:
  Lister(const Context& context, size_t limit, std::optional<StreamName> after)
      : context_(context), limit_(limit), after_(after) {}

  // False when the page is full.
  bool add(const table::TableSchema& schema) {
    for (const table::Stream& stream : schema.streams) {
      if (is_before_page(schema.name, stream) || !is_kept(stream, context_.clock.now())) continue;
      if (response_.streams.size() == limit_) {
        response_.last_evaluated_stream_arn = response_.streams.back().stream_arn;
        return false;
      }
      response_.streams.push_back(
          {stream_arn(context_, schema.name, stream.label), schema.name, stream.label});
    }
    return true;
  }
  Response response() && { return std::move(response_); }

 private:
  bool is_before_page(std::string_view table_name, const table::Stream& stream) const {
    if (!after_) return false;
    if (table_name != after_->table) return table_name < after_->table;
    return stream.label <= after_->label;
  }

  const Context& context_;
  const size_t limit_;
  const std::optional<StreamName> after_;
  Response response_;
};

}  // namespace

Task<Result<ListStreams::Response>> ListStreams::run(Context& context, Request&& request) {
  if (request.limit > limits::kStreamsPage) {
    co_return refuse(
        invalid_parameters("Limit cannot be greater than the maximum allowed size: 100"));
  }
  std::optional<StreamName> after;
  if (request.exclusive_start_stream_arn) {
    after = read_stream_arn(context, *request.exclusive_start_stream_arn);
    if (!after) co_return refuse(validation("Invalid ExclusiveStartStreamArn"));
  }
  Lister lister(context, static_cast<size_t>(request.limit.value_or(limits::kStreamsPage)), after);
  std::optional<std::string_view> name;
  if (request.table_name) name = dynamodb::table_name_of(context, *request.table_name);
  for (const table::TablePtr& table : tables_with_streams(context, name))
    if (!lister.add(table->schema)) break;
  co_return std::move(lister).response();
}

}  // namespace jedlik::service::streams
