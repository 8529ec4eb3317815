#include "pinned_thread.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <utility>

#include "failure.h"
#include "threads.h"

namespace io {
namespace {

// Thread ids count upwards, shared with all other processes that start threads meanwhile.
constexpr int kThreadAttempts = 4096;
constexpr int kMostCpus = 8192;

struct CpuSet {
  CpuSet() : set(CPU_ALLOC(kMostCpus)), bytes(CPU_ALLOC_SIZE(kMostCpus)) {
    if (set == nullptr) throw Failure(ENOMEM, "cpu_set", {});
    CPU_ZERO_S(bytes, set);
  }
  ~CpuSet() { CPU_FREE(set); }
  CpuSet(const CpuSet&) = delete;
  CpuSet& operator=(const CpuSet&) = delete;

  cpu_set_t* set;
  size_t bytes;
};

}  // namespace

std::vector<int> cpu_affinity() {
  CpuSet cpus;
  if (::sched_getaffinity(0, cpus.bytes, cpus.set) != 0) fail("sched_getaffinity");
  std::vector<int> numbers;
  for (int cpu = 0; cpu < kMostCpus; cpu++) {
    if (CPU_ISSET_S(cpu, cpus.bytes, cpus.set)) numbers.push_back(cpu);
  }
  return numbers;
}

void set_cpu_affinity(const std::vector<int>& numbers) {
  CpuSet cpus;
  for (const int cpu : numbers) {
    if (cpu < 0 || cpu >= kMostCpus) throw Failure(EINVAL, "sched_setaffinity", "cpu " + std::to_string(cpu));
    CPU_SET_S(cpu, cpus.bytes, cpus.set);
  }
  if (::sched_setaffinity(0, cpus.bytes, cpus.set) != 0) fail("sched_setaffinity");
}

PinnedThread::PinnedThread(int cpu, int modulus, int remainder) {
  for (int attempt = 0; attempt < kThreadAttempts; attempt++) {
    start_ = Start::kPending;
    thread_ = start_thread([this, cpu, modulus, remainder] { work(cpu, modulus, remainder); });
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return start_ != Start::kPending; });
    }
    if (start_ == Start::kFits) return;
    thread_.join();
    if (start_ == Start::kFailed) throw Failure(start_error_, "sched_setaffinity", "cpu " + std::to_string(cpu));
  }
  throw Failure(EAGAIN, "gettid", "id modulo " + std::to_string(modulus) + " = " + std::to_string(remainder));
}

PinnedThread::~PinnedThread() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void PinnedThread::post(std::function<void()> job) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_all();
}

void PinnedThread::work(int cpu, int modulus, int remainder) {
  // Signals are for the event loop's thread: none may cut one of our calls short.
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
  std::unique_lock<std::mutex> lock(mutex_);
  thread_id_ = static_cast<int>(::syscall(SYS_gettid));
  start_ = thread_id_ % modulus == remainder ? Start::kFits : Start::kDoesNotFit;
  if (start_ == Start::kFits) {
    try {
      set_cpu_affinity({cpu});
    } catch (const Failure& failure) {
      start_error_ = failure.error();
      start_ = Start::kFailed;
    }
  }
  changed_.notify_all();
  if (start_ != Start::kFits) return;

  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace io
