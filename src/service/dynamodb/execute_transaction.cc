#include "service/dynamodb/execute_transaction.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "service/dynamodb/statement.h"
#include "service/dynamodb/table_name.h"
#include "service/dynamodb/transaction.h"
#include "table/catalog.h"

namespace jedlik::service::dynamodb {

namespace {

using table::TransactionAction;
using table::TransactionItem;
using ParameterizedStatement = ExecuteTransaction::ParameterizedStatement;
using Request = ExecuteTransaction::Request;
using Response = ExecuteTransaction::Response;

// One statement on its way. It stays where it is, because its plan refers to it.
struct Part {
  const ParameterizedStatement* request = nullptr;
  std::optional<partiql::Statement> statement;
  table::TablePtr table;
  std::optional<ReadOfStatement> read;
  std::optional<WriteOfStatement> write;

  TransactionItem item() const {
    return {table, write ? write->key : std::get<ReadOfStatement::Lookups>(read->access).front()};
  }
};

Status read_part(Part& part) {
  auto statement = read_statement(*part.request->statement, part.request->parameters);
  RETURN_IF_REFUSED(statement);
  part.statement.emplace(*std::move(statement));
  return {};
}

bool is_read(const Part& part) {
  return part.statement->is_select();
}

Status check_no_mix_of_kinds(const std::vector<Part>& parts) {
  const auto reads = std::count_if(parts.begin(), parts.end(), is_read);
  if (reads == 0 || reads == static_cast<ptrdiff_t>(parts.size())) return {};
  return refuse(
      validation("Read and write requests together in the same transaction is not supported."));
}

Status plan_part(Part& part) {
  if (const auto* select = part.statement->as<partiql::Select>()) {
    auto read =
        plan_lookup(*select, *part.table, engine::Consistency::kStrong, ExecuteTransaction::kName);
    RETURN_IF_REFUSED(read);
    part.read.emplace(*std::move(read));
    return {};
  }
  const auto on_failure = on_failure_of(part.request->return_values_on_condition_check_failure);
  const auto* exists = part.statement->as<partiql::Exists>();
  auto write = exists != nullptr ? plan_check(*exists, *part.table, on_failure)
                                 : plan_write(*part.statement, *part.table, on_failure);
  RETURN_IF_REFUSED(write);
  part.write.emplace(*std::move(write));
  return {};
}

// Statements that do not fit their table cancel the transaction.
Task<Status> plan(Context& context, std::vector<Part>& parts) {
  std::vector<std::optional<ApiError>> refusals(parts.size());
  bool any_refused = false;
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::string_view name = table_name_of(context, table_of(*parts[i].statement));
    auto table = co_await context.catalog.find_for_items(name);
    CO_RETURN_IF_REFUSED(table);
    parts[i].table = *std::move(table);
    Status planned = plan_part(parts[i]);
    if (planned) continue;
    refusals[i] = std::move(planned).error();
    any_refused = true;
  }
  if (any_refused) co_return refuse(transaction_canceled(std::move(refusals)));
  co_return Status();
}

Task<Result<Response>> run_reads(Context& context, const Request& request,
                                 const std::vector<Part>& parts) {
  std::vector<TransactionItem> items;
  items.reserve(parts.size());
  for (const Part& part : parts)
    items.push_back(part.item());
  CO_RETURN_IF_REFUSED(check_no_item_twice(items));
  const auto found = co_await table::read_transaction(context.items, items);
  CO_RETURN_IF_REFUSED(found);

  Response response;
  for (size_t i = 0; i < parts.size(); ++i) {
    ItemResponse& each = response.responses.emplace_back();
    if (!(*found)[i]) continue;
    const value::ItemView item(*(*found)[i]);
    const PageChoice& choice = parts[i].read->choice;
    if (choice.has(item)) each.item = choice.of(item);
  }
  response.consumed_capacity = capacity_of_reads(request.return_consumed_capacity, items, *found);
  co_return response;
}

Task<Result<Response>> run_writes(Context& context, const Request& request,
                                  const std::vector<Part>& parts) {
  std::vector<TransactionAction> actions;
  for (const Part& part : parts) {
    const auto kind = part.statement->as<partiql::Exists>() != nullptr
                          ? TransactionAction::Kind::kCheck
                          : TransactionAction::Kind::kWrite;
    actions.push_back({part.item(), part.write->change.get(), kind});
  }
  CO_RETURN_IF_REFUSED(check_no_item_twice(actions));
  const auto token = request_token<ExecuteTransaction>(request, *request.transact_statements);
  const auto outcome = co_await table::write_transaction(context.items, actions, token);
  CO_RETURN_IF_REFUSED(outcome);

  Response response;
  for (size_t i = 0; i < parts.size(); ++i) {
    ItemResponse& each = response.responses.emplace_back();
    if (!outcome->is_repeated) each.item = returned_by(*parts[i].statement, outcome->actions[i]);
  }
  response.consumed_capacity =
      capacity_of_writes(request.return_consumed_capacity, actions, *outcome);
  co_return response;
}

}  // namespace

Task<Result<Response>> ExecuteTransaction::run(Context& context, Request&& request) {
  std::vector<Part> parts(request.transact_statements->size());
  for (size_t i = 0; i < parts.size(); ++i) {
    parts[i].request = &(*request.transact_statements)[i];
    CO_RETURN_IF_REFUSED(read_part(parts[i]));
  }
  CO_RETURN_IF_REFUSED(check_no_mix_of_kinds(parts));
  CO_RETURN_IF_REFUSED(co_await plan(context, parts));
  if (is_read(parts.front())) co_return co_await run_reads(context, request, parts);
  co_return co_await run_writes(context, request, parts);
}

}  // namespace jedlik::service::dynamodb
