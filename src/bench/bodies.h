#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "bench/random_stream.h"

// The JSON of the requests.
namespace jedlik::bench {

// What the items of the table are.
struct ItemShape {
  std::string table;
  uint64_t fields = 10;         // field0, field1, ..., strings
  uint64_t value_bytes = 1000;  // of all fields
  // Items with one partition key value. 1: the table has a partition key only, `id`. More: it has a
  // sort key, the number `n`, from 0.
  uint64_t items_per_key = 1;
};

// Writes bodies of requests, for one thread. Each function makes `to` the body, with the memory
// that it has. An item is named by its number, from 0; its partition key is scattered as YCSB does
// it.
class Bodies {
 public:
  // `seed` makes the values of fields: slices of one long random text.
  Bodies(ItemShape shape, bool is_consistent, uint64_t seed);

  const ItemShape& shape() const { return shape_; }

  void create_table(std::string& to) const;
  void name_table(std::string& to) const;  // DescribeTable, DeleteTable

  void get_item(std::string& to, uint64_t item) const;
  void put_item(std::string& to, uint64_t item);
  // Sets one field.
  void update_item(std::string& to, uint64_t item);
  // Sets one field and counts, if the item is there.
  void update_item_if_there(std::string& to, uint64_t item);
  // All items of one partition key value, that of `item`.
  void query(std::string& to, uint64_t item) const;
  // Up to `limit` items after `item`.
  void scan(std::string& to, uint64_t item, uint64_t limit) const;
  void batch_get(std::string& to, std::span<const uint64_t> items) const;
  void batch_write(std::string& to, std::span<const uint64_t> items);
  // The part of an answer of BatchWriteItem that was not done, once more.
  void batch_write_again(std::string& to, std::string_view unprocessed_items) const;
  void transact_get(std::string& to, std::span<const uint64_t> items) const;
  void transact_write(std::string& to, std::span<const uint64_t> items);

 private:
  void append_key(std::string& to, uint64_t item) const;
  void append_item(std::string& to, uint64_t item);
  void append_value(std::string& to, uint64_t bytes);
  void write_update(std::string& to, uint64_t item, std::string_view values, std::string_view rest);
  void append_read(std::string& to) const;
  uint64_t bytes_of_field(uint64_t field) const;

  ItemShape shape_;
  bool is_consistent_;
  RandomStream random_;
  std::string table_;  // "TableName":"...",
  std::string text_;   // what values are slices of
};

}  // namespace jedlik::bench
