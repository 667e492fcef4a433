#pragma once

#include <cstddef>
#include <cstdint>

// How a model engine behaves: see model_engine.h.
namespace jedlik::engine {

// Mistakes that an engine could make, to be planted so that the conformance suite shows that it
// finds them. Nothing else sets one.
enum class PlantedBug : uint8_t {
  kNone,
  kLostWrite,              // some acknowledged commits change nothing
  kHalfBatch,              // of some batches only a part is applied
  kHalfUnknown,            // of some batches that end as unknown only a part is applied
  kAppliedConflict,        // a batch that is answered with conflict is applied all the same
  kAppliedRefusal,         // a batch that is refused is applied all the same
  kStaleStrongRead,        // a strong read may be served from an older state
  kTornRead,               // a fetch reads its keys at different moments
  kShuffledFetch,          // the values of a fetch come in another order than the keys
  kWrongOrder,             // keys are ordered as signed bytes
  kForwardWhenBackward,    // a backward scan goes forward
  kMissedKeyConflict,      // Guard::kKeys is not checked
  kMissedVersionConflict,  // Guard::kPartition is not checked
  kForgottenRemoval,       // a removal does not count as a write of its key
  kPageLosesRow,           // a scan leaves out a row now and then
  kPageRepeatsRow,         // a scan gives a row twice now and then
  kPageTooLong,            // a page does not end at its budget
  kEarlyEnd,               // `more` is false although rows are left
  kInclusiveEnd,           // a range's end belongs to it
  kVersionStands,          // some commits do not raise the version
  kWrongTally,             // a batch without mutations does not change the tallies
  kLostJournal,            // some journal records are not written
  kEarlyJournal,           // a journal record is kept under the version before
  kCreateEmpties,          // to create a partition that exists empties it
  kLiveAfterDrop,          // a dropped partition goes on to answer
  kUnsealedParent,         // a parent goes on to take commits
  kLostAtSplit,            // the row at the split key gets lost
  kTwiceAtSplit,           // the row at the split key is in both children
  kUnweighedSplit,         // the left child starts with the tallies of its parent
  kLast = kUnweighedSplit,
};

struct ModelOptions {
  uint64_t seed = 1;

  // Probabilities, 0 to 1, that a call ends in this way although nothing is wrong.
  double conflict = 0;     // of a guarded commit: another node was first
  double refused = 0;      // of a commit
  double unknown = 0;      // of a commit; whether and when it is applied is up to the seed
  double unavailable = 0;  // of any other call; a change of partitions may be done all the same

  // Probabilities, 0 to 1.
  double stale = 0;            // that an eventual read is served from an older state
  double earlier_version = 0;  // that a read returns its values under an earlier version
  double idle_more = 0;        // that the last page claims that there may be more

  // A call waits for up to this many turns of its executor before its moment, and again before it
  // answers; so concurrent calls overtake one another.
  uint32_t delay_turns = 0;

  // Commits that stay readable, for eventual reads.
  uint64_t history = 8;

  bool commits_across_partitions = false;
  PlantedBug bug = PlantedBug::kNone;
};

// All that a remote store may do, in heavy doses.
inline ModelOptions strict_model(uint64_t seed) {
  ModelOptions options;
  options.seed = seed;
  options.conflict = 0.1;
  options.refused = 0.03;
  options.unknown = 0.1;
  options.unavailable = 0.05;
  options.stale = 0.5;
  options.earlier_version = 0.3;
  options.idle_more = 0.5;
  options.delay_turns = 6;
  return options;
}

}  // namespace jedlik::engine
