#pragma once

#include <CLI/CLI.hpp>

#include "main/bench_options.h"

namespace jedlik::main {

// Declares the flags of `jedlik bench`. `arguments` gets what is written, and outlives the parsing.
void declare_bench(CLI::App& command, BenchArguments& arguments);

// Runs it, and tells what was found, on stdout. Returns the exit code: 0 when something succeeded,
// 2 for flags that make no sense, 1 for anything else.
int run_bench(const BenchArguments& arguments);

}  // namespace jedlik::main
