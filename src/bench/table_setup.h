#pragma once

#include <string>
#include <tl/expected.hpp>

#include "base/clock.h"
#include "bench/caller.h"
#include "bench/settings.h"

// The table of a run, before and after it. What cannot be is refused with a sentence.
namespace jedlik::bench {

struct TableState {
  bool was_made = false;    // by this run
  bool needs_load = false;  // the items are not there, or are to be written anew
};

// Sees that the table is there with the right keys, and makes it where the settings allow that.
// Waits until it is active.
tl::expected<TableState, std::string> prepare_table(const Settings& settings, Caller& caller);

tl::expected<void, std::string> drop_table(const Settings& settings, Caller& caller);

// "ValidationException: ..."
std::string sentence_of(const Failure& failure);

}  // namespace jedlik::bench
