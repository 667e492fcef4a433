#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "partiql/statement.h"
#include "service/attribute_value.h"
#include "service/context.h"
#include "service/dynamodb/item_write.h"
#include "service/dynamodb/key_collection.h"
#include "service/dynamodb/next_token.h"
#include "service/dynamodb/page.h"
#include "table/item_store.h"

// How PartiQL statements become what the API's other operations do: a plan, which needs the table's
// schema alone, and its execution. Plans refer to the statement and to the table.
namespace jedlik::service::dynamodb {

// `parameters` outlive what is read.
Result<partiql::Statement> read_statement(std::string_view text,
                                          const Field<std::vector<ValueInput>>& parameters);

// The table that a statement names.
std::string_view table_of(const partiql::Statement& statement);

// INSERT, UPDATE or DELETE: what PutItem, UpdateItem or DeleteItem would do.
struct WriteOfStatement {
  Bytes key;
  std::unique_ptr<const WriteCondition> condition;  // which the change refers to
  std::unique_ptr<const table::ItemChange> change;
};

// Of a statement that is no SELECT. Refuses an EXISTS, and what has no full key.
Result<WriteOfStatement> plan_write(const partiql::Statement& statement, const table::Table& table,
                                    WriteCondition::OnFailure on_failure);

// EXISTS, which writes nothing: the change refuses unless the item is there and meets the
// condition.
Result<WriteOfStatement> plan_check(const partiql::Exists& exists, const table::Table& table,
                                    WriteCondition::OnFailure on_failure);

// What RETURNING asks for. Nothing if there is nothing of it.
Field<ItemOutput> returned_by(const partiql::Statement& statement, const table::Written& written);

// SELECT: what GetItem, Query or Scan would do, or one of the former two for several keys.
struct ReadOfStatement {
  // The items with these keys of the table.
  using Lookups = std::vector<Bytes>;
  using Queries = std::vector<KeyCollection>;
  struct Scan {};

  table::PageSource source;
  PageChoice choice;
  bool whole_items = false;
  std::variant<Scan, Lookups, Queries> access;
  engine::Direction direction = engine::Direction::kForward;
};

Result<ReadOfStatement> plan_read(const partiql::Select& select, const table::Table& table,
                                  engine::Consistency consistency);

// The same where only a SELECT of one item by its key will do, as within `operation`.
Result<ReadOfStatement> plan_lookup(const partiql::Select& select, const table::Table& table,
                                    engine::Consistency consistency, std::string_view operation);

// What is read of one statement.
struct SelectedItems {
  std::vector<ItemOutput> items;
  Consumption used;
  // Where there may be more: how the next page begins, and the key of the last item looked at.
  std::optional<StatementPosition> next;
  Field<ItemOutput> last_evaluated_key;
};

// Reads a page, from `position` on. `limit`: how many items are looked at.
Task<Result<SelectedItems>> run_read(Context& context, const ReadOfStatement& read,
                                     engine::Consistency consistency, std::optional<size_t> limit,
                                     StatementPosition position);

}  // namespace jedlik::service::dynamodb
