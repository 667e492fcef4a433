#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

// Child processes for tests of what becomes of an engine when its process ends. The test program
// runs itself: `test_engine --child <mode> <argument>...`.
namespace jedlik::engine {

// What main() calls in a child.
int run_child(const std::vector<std::string>& arguments);

// Lines that a child has written, and the means to end it.
class Child {
 public:
  explicit Child(const std::vector<std::string>& arguments);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The next line without its end. False at the end of the output.
  bool read_line(std::string& line);
  void kill_hard();
  // Waits for the end. The exit status as waitpid() gives it.
  int wait();

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string buffer_;
};

}  // namespace jedlik::engine
