#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "expression/condition.h"
#include "expression/update.h"
#include "partiql/select_list.h"
#include "partiql/token_reader.h"

// What a PartiQL statement says (Guide, "PartiQL - a SQL-compatible query language for Amazon
// DynamoDB"), in terms of expressions. Nothing here knows of tables: whether names are those of
// keys is for who makes a plan of it.
namespace jedlik::partiql {

struct OrderBy {
  enum class Direction : uint8_t { kAscending, kDescending };

  std::string_view attribute;
  Direction direction = Direction::kAscending;
};

struct Select {
  std::optional<SelectList> list;  // none: *
  std::string_view table;
  std::optional<std::string_view> index;
  std::optional<expression::Condition> where;
  std::vector<OrderBy> order;
};

struct Insert {
  std::string_view table;
  Bytes item;  // in stored form
};

// RETURNING. What is returned of an item.
enum class Returning : uint8_t { kNothing, kAllOld, kModifiedOld, kAllNew, kModifiedNew };

struct Update {
  std::string_view table;
  expression::Update changes;
  std::optional<expression::Condition> where;
  Returning returning = Returning::kNothing;
};

struct Delete {
  std::string_view table;
  std::optional<expression::Condition> where;
  Returning returning = Returning::kNothing;  // or kAllOld
};

// EXISTS(SELECT ...), which is for transactions.
struct Exists {
  Select select;
};

// Valid as long as the text and the parameters that it was parsed from. Moving it leaves what
// refers to it valid.
class Statement {
 public:
  using Body = std::variant<Select, Insert, Update, Delete, Exists>;

  Statement(Body body, Kept kept) : kept_(std::move(kept)), body_(std::move(body)) {}
  Statement(Statement&&) = default;
  Statement& operator=(Statement&&) = default;

  const Body& body() const { return body_; }
  template <class T>
  const T* as() const {
    return std::get_if<T>(&body_);
  }
  bool is_select() const { return std::holds_alternative<Select>(body_); }

 private:
  Kept kept_;
  Body body_;
};

}  // namespace jedlik::partiql
