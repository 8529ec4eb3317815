// A thread of our own on one CPU, whose id fits: ext4's answers depend on which CPU and which thread makes a call.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace io {

// CPUs on which the calling thread may run. Throws Failure.
std::vector<int> cpu_affinity();
// Binds the calling thread to `cpus`. Throws Failure (EINVAL where none of them is online).
void set_cpu_affinity(const std::vector<int>& cpus);

// Runs the jobs posted to it, one after the other, on a thread pinned to `cpu` with gettid() % `modulus` ==
// `remainder` (`modulus` 1: any). ext4 takes `current->pid % 16` for goals (fs/ext4/balloc.c, ext4_inode_to_goal_block).
class PinnedThread {
 public:
  // Throws Failure where the thread cannot be pinned, or where no thread id fits.
  PinnedThread(int cpu, int modulus, int remainder);
  // Finishes the jobs that were posted, then ends the thread.
  ~PinnedThread();
  PinnedThread(const PinnedThread&) = delete;
  PinnedThread& operator=(const PinnedThread&) = delete;

  void post(std::function<void()> job);
  int thread_id() const { return thread_id_; }

 private:
  enum class Start { kPending, kFits, kDoesNotFit, kFailed };

  void work(int cpu, int modulus, int remainder);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  bool ending_ = false;
  Start start_ = Start::kPending;
  int start_error_ = 0;
  int thread_id_ = 0;
  std::thread thread_;
};

}  // namespace io
