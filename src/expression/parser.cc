#include "expression/parser.h"

#include <charconv>
#include <limits>
#include <optional>
#include <string>

#include "base/limits.h"
#include "expression/lexer.h"

namespace jedlik::expression {

namespace {

// How deep parentheses may nest. Each pair that is not redundant has an operator of its own, so
// anything deeper is refused whatever follows.
constexpr unsigned kMaxOpenParens = limits::kExpressionOperators + 2;

// What a part of a condition was read as.
struct Parsed {
  NodeId id = kNoNode;      // kNoNode after a failure, which Parser keeps
  bool is_operand = false;  // a path, a value or a function: it may be compared
  bool in_parens = false;   // "(" and ")" are its first and last token

  bool failed() const { return id == kNoNode; }
};

// Whether an operand may stand alone before a closing parenthesis, as in "(a) = :v".
enum class Alone : uint8_t { kNo, kYes };

class Parser {
 public:
  Parser(std::string_view text, Kind kind) : text_(text), kind_(kind), lexer_(text) {}

  Result<Tree> read_condition() {
    if (begin()) end(disjunction(Alone::kNo).id);
    return finish();
  }

  Result<Tree> read_projection() {
    if (begin()) end(paths());
    return finish();
  }

  Result<Tree> read_update() {
    if (begin()) end(sections());
    return finish();
  }

 private:
  bool begin();
  void end(NodeId root);
  Result<Tree> finish();

  Parsed disjunction(Alone alone);
  Parsed conjunction(Alone alone);
  Parsed negation(Alone alone);
  Parsed comparison(Alone alone);
  NodeId compare(NodeId left);
  NodeId between(NodeId operand);
  NodeId in(NodeId operand);
  Parsed condition_in_parens();

  NodeId operand();
  NodeId operand_in_parens(bool& in_parens);
  NodeId function(std::string_view name);
  NodeId path();
  NodeId path_after(std::string_view first);
  bool index(PathElement& element);

  NodeId paths();
  NodeId sections();
  bool section(Children& actions);
  NodeId action(NodeKind kind);
  Parsed assigned();

  void advance() {
    previous_ = current_;
    has_previous_ = true;
    current_ = lexer_.next();
  }
  bool at(TokenKind kind) const { return current_.kind == kind; }
  bool expect(TokenKind kind);
  bool count_operator();
  bool open_paren();
  void close_paren(bool inside_was_in_parens);
  void add_name(std::string_view written);

  NodeId syntax_error();
  NodeId fail(std::string_view message);

  std::string_view text_;
  Kind kind_;
  Lexer lexer_;
  Token previous_;
  bool has_previous_ = false;
  Token current_;
  Tree tree_;
  std::optional<ApiError> error_;
  size_t operators_ = 0;
  unsigned open_parens_ = 0;
  bool has_redundant_parens_ = false;
  uint32_t sections_seen_ = 0;           // a bit for each keyword
  std::string_view repeated_section_{};  // the first one that came twice
};

bool Parser::begin() {
  if (text_.empty()) {
    fail("The expression can not be empty;");
    return false;
  }
  if (text_.size() > limits::kExpressionBytes) {
    std::string message = "Expression size has exceeded the maximum allowed size;";
    if (kind_ == Kind::kFilter) message += " expression size: " + std::to_string(text_.size());
    fail(message);
    return false;
  }
  tree_.nodes.reserve(8);
  tree_.elements.reserve(4);
  current_ = lexer_.next();
  return true;
}

void Parser::end(NodeId root) {
  if (root == kNoNode) return;
  if (!at(TokenKind::kEnd)) {
    syntax_error();
    return;
  }
  tree_.root = root;
  if (has_redundant_parens_) {
    fail("The expression has redundant parentheses;");
  } else if (!repeated_section_.empty()) {
    fail("The \"" + std::string(repeated_section_) +
         "\" section can only be used once in an update expression;");
  }
}

Result<Tree> Parser::finish() {
  if (error_) return refuse(std::move(*error_));
  return std::move(tree_);
}

Parsed Parser::disjunction(Alone alone) {
  const Parsed left = conjunction(alone);
  if (left.failed() || !at(TokenKind::kOr)) return left;
  Children children;
  children.add(tree_, left.id);
  while (at(TokenKind::kOr)) {
    advance();
    if (!count_operator()) return {};
    const Parsed right = conjunction(Alone::kNo);
    if (right.failed()) return {};
    children.add(tree_, right.id);
  }
  return {children.finish(tree_, NodeKind::kOr)};
}

Parsed Parser::conjunction(Alone alone) {
  const Parsed left = negation(alone);
  if (left.failed() || !at(TokenKind::kAnd)) return left;
  Children children;
  children.add(tree_, left.id);
  while (at(TokenKind::kAnd)) {
    advance();
    if (!count_operator()) return {};
    const Parsed right = negation(Alone::kNo);
    if (right.failed()) return {};
    children.add(tree_, right.id);
  }
  return {children.finish(tree_, NodeKind::kAnd)};
}

Parsed Parser::negation(Alone alone) {
  if (!at(TokenKind::kNot)) return comparison(alone);
  advance();
  if (!count_operator()) return {};
  const Parsed inside = negation(Alone::kNo);
  if (inside.failed()) return {};
  Children children;
  children.add(tree_, inside.id);
  return {children.finish(tree_, NodeKind::kNot)};
}

Parsed Parser::comparison(Alone alone) {
  Parsed left;
  if (at(TokenKind::kOpenParen)) {
    left = condition_in_parens();
  } else {
    left = {operand(), true, false};
  }
  if (left.failed() || !left.is_operand) return left;

  const bool is_function = tree_[left.id].kind == NodeKind::kFunction;
  FunctionCall* call = is_function ? &tree_.functions[tree_[left.id].begin] : nullptr;
  if (call) call->place = FunctionCall::Place::kOperand;
  switch (current_.kind) {
    case TokenKind::kEqual:
    case TokenKind::kNotEqual:
    case TokenKind::kLess:
    case TokenKind::kLessOrEqual:
    case TokenKind::kGreater:
    case TokenKind::kGreaterOrEqual:
      return {compare(left.id)};
    case TokenKind::kBetween:
      return {between(left.id)};
    case TokenKind::kIn:
      return {in(left.id)};
    default:
      break;
  }
  if (call) {
    call->place = FunctionCall::Place::kCondition;
    return left;
  }
  if (alone == Alone::kYes && at(TokenKind::kCloseParen)) return left;
  return {syntax_error()};
}

NodeId Parser::compare(NodeId left) {
  const auto kind =
      static_cast<NodeKind>(static_cast<int>(NodeKind::kEqual) + static_cast<int>(current_.kind) -
                            static_cast<int>(TokenKind::kEqual));
  advance();
  if (!count_operator()) return kNoNode;
  const NodeId right = operand();
  if (right == kNoNode) return kNoNode;
  Children children;
  children.add(tree_, left);
  children.add(tree_, right);
  return children.finish(tree_, kind);
}

NodeId Parser::between(NodeId operand) {
  advance();
  if (!count_operator()) return kNoNode;
  const NodeId lower = this->operand();
  if (lower == kNoNode || !expect(TokenKind::kAnd)) return kNoNode;
  const NodeId upper = this->operand();
  if (upper == kNoNode) return kNoNode;
  Children children;
  children.add(tree_, operand);
  children.add(tree_, lower);
  children.add(tree_, upper);
  return children.finish(tree_, NodeKind::kBetween);
}

NodeId Parser::in(NodeId operand) {
  advance();
  if (!count_operator() || !expect(TokenKind::kOpenParen)) return kNoNode;
  Children children;
  children.add(tree_, operand);
  while (true) {
    const NodeId member = this->operand();
    if (member == kNoNode) return kNoNode;
    children.add(tree_, member);
    if (!at(TokenKind::kComma)) break;
    advance();
  }
  if (!expect(TokenKind::kCloseParen)) return kNoNode;
  return children.finish(tree_, NodeKind::kIn);
}

// "(" condition ")", or "(" operand ")" that is then compared with something.
Parsed Parser::condition_in_parens() {
  if (!open_paren()) return {};
  const Parsed inside = disjunction(Alone::kYes);
  if (inside.failed() || !expect(TokenKind::kCloseParen)) return {};
  close_paren(inside.in_parens);
  return {inside.id, inside.is_operand, true};
}

NodeId Parser::operand() {
  bool in_parens = false;
  return operand_in_parens(in_parens);
}

// `in_parens` says whether what was read had parentheses around it.
NodeId Parser::operand_in_parens(bool& in_parens) {
  in_parens = false;
  switch (current_.kind) {
    case TokenKind::kOpenParen: {
      if (!open_paren()) return kNoNode;
      bool inside_in_parens = false;
      const NodeId inside = operand_in_parens(inside_in_parens);
      if (inside == kNoNode || !expect(TokenKind::kCloseParen)) return kNoNode;
      close_paren(inside_in_parens);
      in_parens = true;
      return inside;
    }
    case TokenKind::kValuePlaceholder: {
      const auto position = static_cast<uint32_t>(tree_.values.size());
      tree_.values.push_back({current_.text, std::nullopt});
      advance();
      return tree_.add(NodeKind::kValue, position, 1);
    }
    case TokenKind::kName: {
      const std::string_view name = current_.text;
      advance();
      return at(TokenKind::kOpenParen) ? function(name) : path_after(name);
    }
    default:
      return path();
  }
}

NodeId Parser::function(std::string_view name) {
  if (!count_operator()) return kNoNode;
  advance();
  const auto position = static_cast<uint32_t>(tree_.functions.size());
  tree_.functions.push_back({name});
  Children arguments;
  while (true) {
    const NodeId argument = operand();
    if (argument == kNoNode) return kNoNode;
    arguments.add(tree_, argument);
    if (!at(TokenKind::kComma)) break;
    advance();
  }
  if (!expect(TokenKind::kCloseParen)) return kNoNode;
  return arguments.finish(tree_, NodeKind::kFunction, position);
}

NodeId Parser::path() {
  if (!at(TokenKind::kName) && !at(TokenKind::kNamePlaceholder)) return syntax_error();
  const std::string_view first = current_.text;
  advance();
  return path_after(first);
}

// The rest of a path whose first element was taken.
NodeId Parser::path_after(std::string_view first) {
  const auto begin = static_cast<uint32_t>(tree_.elements.size());
  add_name(first);
  while (true) {
    if (at(TokenKind::kDot)) {
      advance();
      if (!at(TokenKind::kName) && !at(TokenKind::kNamePlaceholder)) return syntax_error();
      add_name(current_.text);
      advance();
    } else if (at(TokenKind::kOpenBracket)) {
      advance();
      PathElement element;
      if (!index(element)) return kNoNode;
      tree_.elements.push_back(element);
    } else {
      const auto end = static_cast<uint32_t>(tree_.elements.size());
      return tree_.add(NodeKind::kPath, begin, end - begin);
    }
  }
}

// What stands between "[" and "]", and the latter.
bool Parser::index(PathElement& element) {
  if (!at(TokenKind::kNumber)) {
    syntax_error();
    return false;
  }
  element.kind = PathElement::Kind::kIndex;
  element.written = current_.text;
  const char* const end = current_.text.data() + current_.text.size();
  const auto [rest, error] = std::from_chars(current_.text.data(), end, element.index);
  if (error != std::errc() || rest != end ||
      element.index > static_cast<uint32_t>(std::numeric_limits<int32_t>::max()))
    element.index = kIndexOutOfRange;
  advance();
  return expect(TokenKind::kCloseBracket);
}

NodeId Parser::paths() {
  Children children;
  while (true) {
    const NodeId one = path();
    if (one == kNoNode) return kNoNode;
    children.add(tree_, one);
    if (!at(TokenKind::kComma)) break;
    advance();
  }
  return children.finish(tree_, NodeKind::kProjection);
}

NodeId Parser::sections() {
  Children actions;
  do {
    if (!section(actions)) return kNoNode;
  } while (!at(TokenKind::kEnd));
  return actions.finish(tree_, NodeKind::kUpdate);
}

bool Parser::section(Children& actions) {
  NodeKind kind = NodeKind::kSet;
  switch (current_.kind) {
    case TokenKind::kSet:
      break;
    case TokenKind::kRemove:
      kind = NodeKind::kRemove;
      break;
    case TokenKind::kAdd:
      kind = NodeKind::kAdd;
      break;
    case TokenKind::kDelete:
      kind = NodeKind::kDelete;
      break;
    default:
      syntax_error();
      return false;
  }
  const uint32_t bit = 1U << static_cast<unsigned>(current_.kind);
  if ((sections_seen_ & bit) != 0 && repeated_section_.empty()) repeated_section_ = node_word(kind);
  sections_seen_ |= bit;
  do {
    advance();
    const NodeId one = action(kind);
    if (one == kNoNode) return false;
    actions.add(tree_, one);
  } while (at(TokenKind::kComma));
  return true;
}

NodeId Parser::action(NodeKind kind) {
  Children children;
  const NodeId target = path();
  if (target == kNoNode) return kNoNode;
  children.add(tree_, target);
  if (kind == NodeKind::kSet) {
    if (!expect(TokenKind::kEqual)) return kNoNode;
    const Parsed value = assigned();
    if (value.failed()) return kNoNode;
    children.add(tree_, value.id);
  } else if (kind != NodeKind::kRemove) {
    if (!at(TokenKind::kValuePlaceholder)) return syntax_error();
    children.add(tree_, operand());
  }
  return children.finish(tree_, kind);
}

Parsed Parser::assigned() {
  Parsed left;
  if (at(TokenKind::kOpenParen)) {
    if (!open_paren()) return {};
    const Parsed inside = assigned();
    if (inside.failed() || !expect(TokenKind::kCloseParen)) return {};
    close_paren(inside.in_parens);
    left = {inside.id, inside.is_operand, true};
  } else {
    left = {operand(), true, false};
  }
  if (left.failed() || !left.is_operand) return left;
  if (!at(TokenKind::kPlus) && !at(TokenKind::kMinus)) return left;
  const NodeKind kind = at(TokenKind::kPlus) ? NodeKind::kPlus : NodeKind::kMinus;
  advance();
  if (!count_operator()) return {};
  const NodeId right = operand();
  if (right == kNoNode) return {};
  Children children;
  children.add(tree_, left.id);
  children.add(tree_, right);
  return {children.finish(tree_, kind)};
}

bool Parser::expect(TokenKind kind) {
  if (!at(kind)) {
    syntax_error();
    return false;
  }
  advance();
  return true;
}

bool Parser::count_operator() {
  if (++operators_ <= limits::kExpressionOperators) return true;
  fail("The expression contains too many operators; operator count: " + std::to_string(operators_));
  return false;
}

bool Parser::open_paren() {
  if (++open_parens_ > kMaxOpenParens) {
    fail("The expression has redundant parentheses;");
    return false;
  }
  advance();
  return true;
}

void Parser::close_paren(bool inside_was_in_parens) {
  --open_parens_;
  has_redundant_parens_ |= inside_was_in_parens;
}

void Parser::add_name(std::string_view written) {
  PathElement element;
  element.name = written;
  element.written = written;
  tree_.elements.push_back(element);
}

// The token where the text stops making sense, and its neighbours as they are written.
NodeId Parser::syntax_error() {
  const bool is_end = at(TokenKind::kEnd);
  const Token after = is_end ? current_ : lexer_.next();
  const char* const from = has_previous_ ? previous_.text.data() : text_.data();
  const char* const to = after.kind == TokenKind::kEnd ? text_.data() + text_.size()
                                                       : after.text.data() + after.text.size();
  std::string message = "Syntax error; token: \"";
  message.append(is_end ? "<EOF>" : current_.text)
      .append("\", near: \"")
      .append(from, to)
      .append("\"");
  return fail(message);
}

NodeId Parser::fail(std::string_view message) {
  if (!error_) error_ = invalid_expression(kind_, message);
  return kNoNode;
}

}  // namespace

Result<Tree> read_condition(std::string_view text, Kind kind) {
  return Parser(text, kind).read_condition();
}

Result<Tree> read_projection(std::string_view text) {
  return Parser(text, Kind::kProjection).read_projection();
}

Result<Tree> read_update(std::string_view text) {
  return Parser(text, Kind::kUpdate).read_update();
}

}  // namespace jedlik::expression
