#include "partiql/parser.h"

#include <algorithm>
#include <array>
#include <string>

#include "expression/check.h"
#include "partiql/condition_parser.h"
#include "partiql/literal.h"

namespace jedlik::partiql {

namespace {

using expression::Children;
using expression::Condition;
using expression::Kind;
using expression::NodeId;
using expression::NodeKind;
using expression::PathView;
using expression::Tree;

class Parser {
 public:
  Parser(std::string_view text, std::span<const value::ValueView> parameters)
      : reader_(text, parameters, kept_) {}

  Result<Statement> statement();

 private:
  Result<Statement::Body> body();
  Result<Select> select(Kind kind);
  Result<std::optional<SelectList>> select_list();
  Status source(Select& select);
  Result<std::vector<OrderBy>> order_by();
  Result<Insert> insert();
  Result<Update> update();
  Result<Delete> remove();
  Result<Exists> exists();

  Result<std::string_view> table_to_write();
  Result<std::optional<Condition>> where(Kind kind);
  Result<expression::Update> changes();
  Status change(ConditionParser& operands, Tree& tree, Children& actions);
  Result<NodeId> set(ConditionParser& operands, Tree& tree);
  Result<NodeId> set_members(ConditionParser& operands, Tree& tree, NodeId target);
  Result<Returning> returning();
  Result<Returning> returning_old_only();
  Status refuse_unsupported_clause() const;

  Kept kept_;
  TokenReader reader_;
};

bool at_change(const TokenReader& reader) {
  return reader.at_word("SET") || reader.at_word("REMOVE");
}

tl::unexpected<ApiError> expected_data_manipulation() {
  return refuse(malformed("Expected data manipulation"));
}

Result<Statement> Parser::statement() {
  auto read = body();
  RETURN_IF_REFUSED(read);
  reader_.take(TokenKind::kSemicolon);
  if (!reader_.at(TokenKind::kEnd)) {
    RETURN_IF_REFUSED(refuse_unsupported_clause());
    return reader_.unexpected();
  }
  RETURN_IF_REFUSED(reader_.check_all_parameters_taken());
  return Statement(*std::move(read), std::move(kept_));
}

Result<Statement::Body> Parser::body() {
  if (reader_.take_word("SELECT")) return select(Kind::kFilter);
  if (reader_.take_word("INSERT")) return insert();
  if (reader_.take_word("UPDATE")) return update();
  if (reader_.take_word("DELETE")) return remove();
  if (reader_.take_word("EXISTS")) return exists();
  return expected_data_manipulation();
}

// Clauses of SQL and PartiQL that the service does not have.
Status Parser::refuse_unsupported_clause() const {
  static constexpr std::array<std::string_view, 8> kClauses{
      "GROUP", "HAVING", "LIMIT", "OFFSET", "UNION", "EXCEPT", "INTERSECT", "RETURNING"};
  for (const std::string_view clause : kClauses) {
    if (reader_.at_word(clause))
      return reader_.refuse_at("Unsupported clause: " + std::string(clause), reader_.current());
  }
  return {};
}

// Its conditions are told of as those of `kind`.
Result<Select> Parser::select(Kind kind) {
  Select select;
  auto list = select_list();
  RETURN_IF_REFUSED(list);
  select.list = *std::move(list);
  RETURN_IF_REFUSED(reader_.expect_word("FROM"));
  RETURN_IF_REFUSED(source(select));
  auto condition = where(kind);
  RETURN_IF_REFUSED(condition);
  select.where = *std::move(condition);
  auto order = order_by();
  RETURN_IF_REFUSED(order);
  select.order = *std::move(order);
  return select;
}

Result<std::optional<SelectList>> Parser::select_list() {
  if (reader_.take(TokenKind::kStar)) return std::nullopt;
  Tree tree;
  ConditionParser operands(reader_, Kind::kProjection, tree);
  std::vector<NodeId> nodes;
  do {
    const Token first = reader_.current();
    const bool is_call = (first.kind == TokenKind::kName || first.kind == TokenKind::kKeyword) &&
                         reader_.next_is(TokenKind::kOpenParen);
    if (is_call || at_literal(reader_))
      return reader_.refuse_at("Unexpected path component", first);
    const auto path = operands.path();
    RETURN_IF_REFUSED(path);
    nodes.push_back(*path);
  } while (reader_.take(TokenKind::kComma));
  std::vector<PathView> paths;
  paths.reserve(nodes.size());
  for (const NodeId node : nodes)
    paths.push_back(tree.path(tree[node]));
  auto list = SelectList::make(paths);
  RETURN_IF_REFUSED(list);
  return std::optional<SelectList>(*std::move(list));
}

Status Parser::source(Select& select) {
  if (!reader_.at_name() && !reader_.at(TokenKind::kKeyword))
    return refuse(malformed("Unexpected from source"));
  const auto table = reader_.take_name();
  RETURN_IF_REFUSED(table);
  select.table = *table;
  if (!reader_.take(TokenKind::kDot)) return {};
  if (!reader_.at_name()) return refuse(malformed("Invalid path dot component"));
  const auto index = reader_.take_name();
  RETURN_IF_REFUSED(index);
  select.index = *index;
  return {};
}

Result<std::vector<OrderBy>> Parser::order_by() {
  std::vector<OrderBy> keys;
  if (!reader_.take_word("ORDER")) return keys;
  RETURN_IF_REFUSED(reader_.expect_word("BY"));
  do {
    const auto name = reader_.take_name();
    RETURN_IF_REFUSED(name);
    OrderBy key{*name};
    if (reader_.take_word("DESC")) {
      key.direction = OrderBy::Direction::kDescending;
    } else {
      reader_.take_word("ASC");
    }
    keys.push_back(key);
  } while (reader_.take(TokenKind::kComma));
  return keys;
}

Result<std::optional<Condition>> Parser::where(Kind kind) {
  if (!reader_.take_word("WHERE")) return std::nullopt;
  Tree tree;
  const auto root = ConditionParser(reader_, kind, tree).condition();
  RETURN_IF_REFUSED(root);
  tree.root = *root;
  RETURN_IF_REFUSED(expression::check_complete(tree, kind));
  return std::optional<Condition>(Condition(std::move(tree)));
}

// A table alone: indexes are not written to.
Result<std::string_view> Parser::table_to_write() {
  const Token first = reader_.current();
  auto table = reader_.take_name();
  RETURN_IF_REFUSED(table);
  if (!reader_.at(TokenKind::kDot)) return table;
  return reader_.refuse_at(
      "FROM clause may only contain a single table name in data manipulation statements", first);
}

Result<Insert> Parser::insert() {
  RETURN_IF_REFUSED(reader_.expect_word("INTO"));
  const auto table = table_to_write();
  RETURN_IF_REFUSED(table);
  if (reader_.at_word("VALUES") || reader_.at(TokenKind::kOpenBag)) {
    return refuse(validation(
        "Unsupported operation: Inserting multiple items in a single statement is not supported, "
        "use \"INSERT INTO tableName VALUE item\" instead"));
  }
  // INSERT INTO table (name, ...): what stands there is looked at as the service does.
  if (reader_.take(TokenKind::kOpenParen)) return reader_.unexpected();
  RETURN_IF_REFUSED(reader_.expect_word("VALUE"));
  auto item = read_item(reader_);
  RETURN_IF_REFUSED(item);
  return Insert{*table, *std::move(item)};
}

Result<Update> Parser::update() {
  const auto table = table_to_write();
  RETURN_IF_REFUSED(table);
  auto updated = changes();
  RETURN_IF_REFUSED(updated);
  auto condition = where(Kind::kCondition);
  RETURN_IF_REFUSED(condition);
  const auto returned = returning();
  RETURN_IF_REFUSED(returned);
  return Update{*table, *std::move(updated), *std::move(condition), *returned};
}

Result<expression::Update> Parser::changes() {
  if (!at_change(reader_)) return expected_data_manipulation();
  Tree tree;
  ConditionParser operands(reader_, Kind::kUpdate, tree);
  Children actions;
  while (at_change(reader_)) {
    RETURN_IF_REFUSED(change(operands, tree, actions));
    // Changes may have commas between them, too.
    if (reader_.take(TokenKind::kComma) && !at_change(reader_)) return reader_.unexpected();
  }
  tree.root = actions.finish(tree, NodeKind::kUpdate);
  RETURN_IF_REFUSED(expression::check_complete(tree, Kind::kUpdate));
  return expression::Update(std::move(tree));
}

// SET or REMOVE, and what follows up to the next of these.
Status Parser::change(ConditionParser& operands, Tree& tree, Children& actions) {
  const bool is_set = reader_.at_word("SET");
  reader_.advance();
  while (true) {
    Result<NodeId> action = is_set ? set(operands, tree) : operands.path();
    RETURN_IF_REFUSED(action);
    if (!is_set) {
      Children target;
      target.add(tree, *action);
      action = target.finish(tree, NodeKind::kRemove);
    }
    actions.add(tree, *action);
    if (!reader_.at(TokenKind::kComma) || reader_.next_is(TokenKind::kKeyword)) return {};
    reader_.advance();
  }
}

Result<NodeId> Parser::set(ConditionParser& operands, Tree& tree) {
  const auto target = operands.path();
  RETURN_IF_REFUSED(target);
  RETURN_IF_REFUSED(reader_.expect(TokenKind::kEqual));
  const bool is_of_set = reader_.at_word("SET_ADD") || reader_.at_word("SET_DELETE");
  if (is_of_set && reader_.next_is(TokenKind::kOpenParen))
    return set_members(operands, tree, *target);
  const auto value = operands.operand();
  RETURN_IF_REFUSED(value);
  Children children;
  children.add(tree, *target);
  children.add(tree, *value);
  return children.finish(tree, NodeKind::kSet);
}

// set_add(path, set) and set_delete(path, set) of the attribute itself are what expressions call
// ADD and DELETE.
Result<NodeId> Parser::set_members(ConditionParser& operands, Tree& tree, NodeId target) {
  const Token function = reader_.current();
  const bool is_add = reader_.at_word("SET_ADD");
  reader_.advance();
  RETURN_IF_REFUSED(reader_.expect(TokenKind::kOpenParen));
  const auto source = operands.path();
  RETURN_IF_REFUSED(source);
  RETURN_IF_REFUSED(reader_.expect(TokenKind::kComma));
  if (!at_literal(reader_)) return reader_.unexpected();
  const auto members = operands.literal();
  RETURN_IF_REFUSED(members);
  RETURN_IF_REFUSED(reader_.expect(TokenKind::kCloseParen));
  const PathView from = tree.path(tree[*source]);
  const PathView to = tree.path(tree[target]);
  if (!std::equal(from.begin(), from.end(), to.begin(), to.end())) {
    return reader_.refuse_at("The first argument of " + std::string(function.text) +
                                 " must be the attribute that is set",
                             function);
  }
  const value::Type type = tree.value(tree[*members]).value->type();
  if (type < value::Type::kStringSet) {
    return refuse(expression::invalid_expression(
        Kind::kUpdate,
        "Incorrect operand type for operator or function; operator: " + std::string(function.text) +
            ", operand type: " + std::string(value::type_name(type))));
  }
  Children children;
  children.add(tree, target);
  children.add(tree, *members);
  return children.finish(tree, is_add ? NodeKind::kAdd : NodeKind::kDelete);
}

Result<Returning> Parser::returning() {
  if (!reader_.take_word("RETURNING")) return Returning::kNothing;
  const bool is_all = reader_.at_word("ALL");
  if (!is_all && !reader_.at_word("MODIFIED")) return reader_.unexpected();
  reader_.advance();
  const bool is_old = reader_.at_word("OLD");
  if (!is_old && !reader_.at_word("NEW")) return reader_.unexpected();
  reader_.advance();
  RETURN_IF_REFUSED(reader_.expect(TokenKind::kStar));
  if (is_all) return is_old ? Returning::kAllOld : Returning::kAllNew;
  return is_old ? Returning::kModifiedOld : Returning::kModifiedNew;
}

Result<Returning> Parser::returning_old_only() {
  auto returned = returning();
  RETURN_IF_REFUSED(returned);
  const std::string_view other = *returned == Returning::kAllNew        ? "ALL NEW"
                                 : *returned == Returning::kModifiedOld ? "MODIFIED OLD"
                                 : *returned == Returning::kModifiedNew ? "MODIFIED NEW"
                                                                        : "";
  if (other.empty()) return returned;
  return refuse(validation("Invalid returning clause: RETURNING " + std::string(other) +
                           " *. Only RETURNING ALL OLD * is allowed in DELETE statements."));
}

Result<Delete> Parser::remove() {
  RETURN_IF_REFUSED(reader_.expect_word("FROM"));
  const auto table = table_to_write();
  RETURN_IF_REFUSED(table);
  auto condition = where(Kind::kCondition);
  RETURN_IF_REFUSED(condition);
  const auto returned = returning_old_only();
  RETURN_IF_REFUSED(returned);
  return Delete{*table, *std::move(condition), *returned};
}

Result<Exists> Parser::exists() {
  RETURN_IF_REFUSED(reader_.expect(TokenKind::kOpenParen));
  RETURN_IF_REFUSED(reader_.expect_word("SELECT"));
  auto read = select(Kind::kCondition);
  RETURN_IF_REFUSED(read);
  RETURN_IF_REFUSED(reader_.expect(TokenKind::kCloseParen));
  return Exists{*std::move(read)};
}

}  // namespace

Result<Statement> parse_statement(std::string_view text,
                                  std::span<const value::ValueView> parameters) {
  return Parser(text, parameters).statement();
}

}  // namespace jedlik::partiql
