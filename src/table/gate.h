#pragma once

#include <mutex>
#include <vector>

#include "base/task.h"

namespace jedlik::table {

// Something that happens once, and coroutines that wait for it. Any thread may use it.
class Gate {
 public:
  // Returns at once when the gate is open.
  Task<void> wait() {
    auto join = [this](Resume<bool> resume) {
      {
        const std::lock_guard lock(mutex_);
        if (!open_) {
          waiting_.push_back(std::move(resume));
          return;
        }
      }
      resume(true);
    };
    co_await suspend<bool>(join);
  }

  void open() {
    std::vector<Resume<bool>> waiting;
    {
      const std::lock_guard lock(mutex_);
      open_ = true;
      waiting.swap(waiting_);
    }
    for (Resume<bool>& resume : waiting)
      resume(true);
  }

 private:
  std::mutex mutex_;
  bool open_ = false;
  std::vector<Resume<bool>> waiting_;
};

}  // namespace jedlik::table
