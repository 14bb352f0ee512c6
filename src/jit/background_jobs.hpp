// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace abut::jit {

/// Runs jobs one after another on a thread of its own, which starts with the first of them; each once it has been there for
/// `delay`, or at the end. Thread-safe.
class BackgroundJobs {
public:
    explicit BackgroundJobs(std::chrono::milliseconds delay) : delay_(delay) {}
    /// Waits until all jobs are done.
    ~BackgroundJobs();
    BackgroundJobs(const BackgroundJobs&) = delete;
    BackgroundJobs& operator=(const BackgroundJobs&) = delete;
    /// `job` must not throw.
    void add(std::function<void()> job);

private:
    struct Job {
        std::chrono::steady_clock::time_point due;
        std::function<void()> work;
    };
    void run();

    std::chrono::milliseconds delay_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace abut::jit
