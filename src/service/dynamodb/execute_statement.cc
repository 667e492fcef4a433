#include "service/dynamodb/execute_statement.h"

#include "service/dynamodb/statement.h"
#include "service/dynamodb/table_name.h"
#include "table/catalog.h"

namespace jedlik::service::dynamodb {

namespace {

using Request = ExecuteStatement::Request;
using Response = ExecuteStatement::Response;

Task<Result<Response>> run_select(Context& context, const Request& request,
                                  const partiql::Select& select, const table::Table& table) {
  const auto consistency = request.consistent_read == true ? engine::Consistency::kStrong
                                                           : engine::Consistency::kEventual;
  const StatementHash hash = hash_of(*request.statement, request.parameters);
  StatementPosition position;
  if (request.next_token) {
    auto given = read_next_token(*request.next_token, hash);
    CO_RETURN_IF_REFUSED(given);
    position = *std::move(given);
  }
  const auto read = plan_read(select, table, consistency);
  CO_RETURN_IF_REFUSED(read);
  std::optional<size_t> limit;
  if (request.limit) limit = static_cast<size_t>(*request.limit);
  auto selected = co_await run_read(context, *read, consistency, limit, std::move(position));
  CO_RETURN_IF_REFUSED(selected);

  Response response;
  response.items = std::move(selected->items);
  if (selected->next) response.next_token = next_token(hash, *selected->next);
  response.last_evaluated_key = std::move(selected->last_evaluated_key);
  response.consumed_capacity =
      consumed_capacity(request.return_consumed_capacity, table.schema.name, selected->used);
  co_return response;
}

Task<Result<Response>> run_write(Context& context, const Request& request,
                                 const partiql::Statement& statement, const table::Table& table) {
  if (request.next_token) co_return refuse(next_token_mismatch());
  const auto on_failure = on_failure_of(request.return_values_on_condition_check_failure);
  auto write = plan_write(statement, table, on_failure);
  CO_RETURN_IF_REFUSED(write);
  const auto written = co_await context.items.write(table, std::move(write->key), *write->change);
  CO_RETURN_IF_REFUSED(written);

  Response response;
  if (auto item = returned_by(statement, *written)) response.items.push_back(*std::move(item));
  Consumption used;
  used.add(*written);
  response.consumed_capacity =
      consumed_capacity(request.return_consumed_capacity, table.schema.name, used);
  co_return response;
}

}  // namespace

Task<Result<Response>> ExecuteStatement::run(Context& context, Request&& request) {
  const auto statement = read_statement(*request.statement, request.parameters);
  CO_RETURN_IF_REFUSED(statement);
  const auto table =
      co_await context.catalog.find_for_items(table_name_of(context, table_of(*statement)));
  CO_RETURN_IF_REFUSED(table);
  if (const auto* select = statement->as<partiql::Select>())
    co_return co_await run_select(context, request, *select, **table);
  co_return co_await run_write(context, request, *statement, **table);
}

}  // namespace jedlik::service::dynamodb
