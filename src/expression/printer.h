#pragma once

#include <string>

#include "expression/ast.h"

namespace jedlik::expression {

// The text of a tree, in its shortest form: reading it gives an equal tree.
std::string to_text(const Tree& tree);

// Whether two trees say the same in the same words, placeholders by their names.
bool equal(const Tree& a, const Tree& b);

}  // namespace jedlik::expression
