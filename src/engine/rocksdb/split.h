#pragma once

#include <boost/asio/thread_pool.hpp>

#include "engine/engine.h"
#include "engine/rocksdb/committer.h"
#include "engine/rocksdb/partition.h"
#include "engine/rocksdb/store.h"

namespace jedlik::engine::rocks {

// Splits a partition. No key moves: the children get the parent's prefix and a part of its range.
// What takes time is to weigh the rows, for the children's tallies. It is done on `readers`, at a
// snapshot, while commits go on; the keys that these write are noted, and weighed again.
Task<Outcome<void>> split_partition(Store& store, PartitionMap& partitions, Committer& committer,
                                    boost::asio::thread_pool& readers, Split split);

}  // namespace jedlik::engine::rocks
