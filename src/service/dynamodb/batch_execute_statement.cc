#include "service/dynamodb/batch_execute_statement.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/together.h"
#include "service/dynamodb/statement.h"
#include "service/dynamodb/table_name.h"
#include "table/catalog.h"

namespace jedlik::service::dynamodb {

namespace {

using engine::Consistency;
using Request = BatchExecuteStatement::Request;
using Response = BatchExecuteStatement::Response;
using BatchStatementError = BatchExecuteStatement::BatchStatementError;
using BatchStatementRequest = BatchExecuteStatement::BatchStatementRequest;
using BatchStatementResponse = BatchExecuteStatement::BatchStatementResponse;

// One statement on its way. It stays where it is, because its plan refers to it.
struct Part {
  const BatchStatementRequest* request = nullptr;
  std::optional<partiql::Statement> statement;
  table::TablePtr table;
  std::optional<ReadOfStatement> read;
  std::optional<WriteOfStatement> write;
  std::optional<Consumption> used;  // where it was carried out
  std::optional<ApiError> error;
  BatchStatementResponse response;

  Consistency consistency() const {
    return request->consistent_read == true ? Consistency::kStrong : Consistency::kEventual;
  }
  bool is_planned() const { return read || write; }
  const Bytes& key() const {
    return write ? write->key : std::get<ReadOfStatement::Lookups>(read->access).front();
  }
};

BatchStatementError told(ApiError error) {
  BatchStatementError told;
  told.code = listed_code(error);
  told.message = std::move(error.message);
  if (error.item) told.item = ItemOutput{*std::move(error.item)};
  return told;
}

void read_part(Part& part) {
  auto statement = read_statement(*part.request->statement, part.request->parameters);
  if (statement) {
    part.statement.emplace(*std::move(statement));
  } else {
    part.error = std::move(statement).error();
  }
}

Status check_no_mix_of_kinds(const std::vector<Part>& parts) {
  bool has_read = false;
  bool has_write = false;
  for (const Part& part : parts) {
    if (!part.statement) continue;
    (part.statement->is_select() ? has_read : has_write) = true;
  }
  if (!has_read || !has_write) return {};
  return refuse(validation("Read and write requests together in the same batch is not supported."));
}

Status plan_part(Part& part) {
  if (const auto* select = part.statement->as<partiql::Select>()) {
    auto read = plan_lookup(*select, *part.table, part.consistency(), BatchExecuteStatement::kName);
    RETURN_IF_REFUSED(read);
    part.read.emplace(*std::move(read));
    return {};
  }
  const auto on_failure = on_failure_of(part.request->return_values_on_condition_check_failure);
  auto write = plan_write(*part.statement, *part.table, on_failure);
  RETURN_IF_REFUSED(write);
  part.write.emplace(*std::move(write));
  return {};
}

// A table may be named twice, by its name and by its ARN.
Status check_no_item_twice(const std::vector<Part>& parts) {
  std::vector<std::pair<std::string_view, BytesView>> keys;
  for (const Part& part : parts)
    if (part.is_planned()) keys.emplace_back(part.table->schema.id, part.key());
  std::sort(keys.begin(), keys.end());
  if (std::adjacent_find(keys.begin(), keys.end()) == keys.end()) return {};
  return refuse(validation("Provided list of item keys contains duplicates"));
}

// Carries out one statement, and says what it used.
Task<Result<Consumption>> run_part(Context& context, Part& part) {
  if (part.read) {
    StatementPosition start;
    auto selected =
        co_await run_read(context, *part.read, part.consistency(), std::nullopt, std::move(start));
    CO_RETURN_IF_REFUSED(selected);
    if (!selected->items.empty()) part.response.item = std::move(selected->items.front());
    co_return std::move(selected->used);
  }
  const auto written =
      co_await context.items.write(*part.table, part.write->key, *part.write->change);
  CO_RETURN_IF_REFUSED(written);
  part.response.item = returned_by(*part.statement, *written);
  Consumption used;
  used.add(*written);
  co_return used;
}

Task<void> carry_out(Context& context, Part& part) {
  part.response.table_name = part.table->schema.name;
  auto done = co_await run_part(context, part);
  if (done) {
    part.used.emplace(*std::move(done));
  } else {
    part.error = std::move(done).error();
  }
}

}  // namespace

Task<Result<Response>> BatchExecuteStatement::run(Context& context, Request&& request) {
  std::vector<Part> parts(request.statements->size());
  for (size_t i = 0; i < parts.size(); ++i) {
    parts[i].request = &(*request.statements)[i];
    read_part(parts[i]);
  }
  CO_RETURN_IF_REFUSED(check_no_mix_of_kinds(parts));
  for (Part& part : parts) {
    if (!part.statement) continue;
    auto table =
        co_await context.catalog.find_for_items(table_name_of(context, table_of(*part.statement)));
    Status planned;
    if (table) {
      part.table = *std::move(table);
      planned = plan_part(part);
    } else {
      planned = refuse(std::move(table).error());
    }
    if (!planned) part.error = std::move(planned).error();
  }
  CO_RETURN_IF_REFUSED(check_no_item_twice(parts));

  std::vector<Task<void>> planned;
  for (Part& part : parts)
    if (part.is_planned()) planned.push_back(carry_out(context, part));
  co_await together(std::move(planned));

  Response response;
  TableConsumptions used;
  for (Part& part : parts) {
    if (part.used) used.of(part.table).add(*part.used);
    if (part.error) part.response.error = told(*std::move(part.error));
    response.responses.push_back(std::move(part.response));
  }
  response.consumed_capacity = used.told(request.return_consumed_capacity);
  co_return response;
}

}  // namespace jedlik::service::dynamodb
