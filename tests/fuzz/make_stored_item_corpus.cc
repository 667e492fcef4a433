#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "value/key_encoding.h"
#include "value/stored_item.h"

// Writes the seed corpus of fuzz_stored_item: one small file for each form that there is.

namespace jedlik::value {
namespace {

class Corpus {
 public:
  explicit Corpus(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
  }

  // A value in all of its forms: alone, as an attribute, and as a key where it can be one.
  void add(const std::string& name, const Value& value) {
    const Bytes stored = store_value(value);
    write("value_" + name, 'v', stored);
    Item item;
    item.append("a", value);
    item.append("b", value);
    write("item_" + name, 'i', store_item(item));
    const Type type = value.type();
    if (type != Type::kString && type != Type::kBinary && type != Type::kNumber) return;
    Bytes key;
    append_key_part(key, ValueView(stored));
    write("key_" + name, type_name(type).front(), key);
  }

  void write(const std::string& name, char form, BytesView bytes) {
    std::ofstream file(folder_ / name, std::ios::binary);
    file << form << bytes;
    if (!file.flush()) failed_ = true;
  }

  bool failed() const { return failed_; }

 private:
  std::filesystem::path folder_;
  bool failed_ = false;
};

void add_values(Corpus& corpus) {
  corpus.add("null", Value());
  corpus.add("true", Value(true));
  corpus.add("false", Value(false));
  corpus.add("string", Value(std::string("abc")));
  corpus.add("string_empty", Value(std::string()));
  corpus.add("string_zeros", Value(std::string("a\0\0b", 4)));
  corpus.add("string_long", Value(std::string(130, 's')));
  corpus.add("binary", Value(Binary{Bytes("\0\xFF\x01", 3)}));
  corpus.add("string_set", Value(StringSet{{"a", "", "bc"}}));
  corpus.add("number_set", Value(NumberSet{{Number(1), Number(-200), Number()}}));
  corpus.add("binary_set", Value(BinarySet{{"a", Bytes("\0", 1)}}));
  Map map;
  map.append("x", Value(Number(1)));
  map.append("", Value(Map()));
  corpus.add("map", Value(map));
  List list;
  list.push_back(Value(map));
  list.push_back(Value(List()));
  list.push_back(Value(StringSet{{"a"}}));
  corpus.add("list", Value(list));
  Value deep(true);
  for (int i = 0; i < limits::kNestingLevels - 1; ++i) {
    List around;
    around.push_back(std::move(deep));
    deep = Value(std::move(around));
  }
  corpus.add("deep", deep);
}

void add_numbers(Corpus& corpus) {
  int count = 0;
  for (const char* text :
       {"0", "1", "-1", "-12.50", "+.5", "5.", "1E+5", "1e-130", "0.00012e125",
        "99999999999999999999999999999999999999e88", "1.2345678901234567890123456789012345678"}) {
    const std::string name = "number_" + std::to_string(count++);
    corpus.write(name, 'n', text);
    corpus.add(name, Value(*Number::parse(text)));
  }
}

}  // namespace
}  // namespace jedlik::value

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: make_stored_item_corpus FOLDER\n", stderr);
    return 2;
  }
  jedlik::value::Corpus corpus(argv[1]);
  jedlik::value::add_values(corpus);
  jedlik::value::add_numbers(corpus);
  return corpus.failed() ? 1 : 0;
}
