#include <benchmark/benchmark.h>

#include <array>
#include <string_view>

#include "base/ensure.h"
#include "expression/condition.h"
#include "expression/key_condition.h"
#include "expression/placeholders.h"
#include "expression/projection.h"
#include "expression/update.h"
#include "value/stored_item.h"

// How many expressions are read in a second: parsed, placeholders resolved, everything checked.
namespace jedlik::expression {
namespace {

const std::array<Bytes, 2> kValues{value::store_value(value::Value(value::Number(int64_t{7}))),
                                   value::store_value(value::Value(std::string("bronze")))};

Placeholders placeholders() {
  Placeholders all;
  all.have_names();
  all.add_name("#status", "status");
  all.have_values();
  all.add_value(":n", kValues[0], nullptr);
  all.add_value(":s", kValues[1], nullptr);
  return all;
}

template <class Parse>
void measure(benchmark::State& state, Parse parse) {
  for (auto _ : state) {
    Placeholders all = placeholders();
    const auto parsed = parse(all);
    ENSURE(parsed.has_value(), "the expression is valid");
    benchmark::DoNotOptimize(parsed);
  }
  state.SetItemsProcessed(state.iterations());
}

void condition(benchmark::State& state) {
  measure(state, [](Placeholders& all) {
    return parse_condition("attribute_exists(id) AND (#status = :s OR NOT size(note) > :n)",
                           Kind::kCondition, all);
  });
}

void key_condition(benchmark::State& state) {
  measure(state, [](Placeholders& all) {
    return parse_key_condition("customer = :s AND ordered BETWEEN :n AND :n", all);
  });
}

void update(benchmark::State& state) {
  measure(state, [](Placeholders& all) {
    return parse_update(
        "SET address.city = :s, visits = if_not_exists(visits, :n) + :n REMOVE gone", all);
  });
}

void projection(benchmark::State& state) {
  measure(state, [](Placeholders& all) {
    return parse_projection("id, address.city, tags[0], #status", all);
  });
}

BENCHMARK(condition);
BENCHMARK(key_condition);
BENCHMARK(update);
BENCHMARK(projection);

}  // namespace
}  // namespace jedlik::expression
