// SPDX-License-Identifier: Apache-2.0
#include "jit/background_jobs.hpp"

#include <utility>

namespace abut::jit {

BackgroundJobs::~BackgroundJobs() {
    {
        const std::scoped_lock lock(mutex_);
        ending_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void BackgroundJobs::add(std::function<void()> job) {
    {
        const std::scoped_lock lock(mutex_);
        jobs_.push_back({.due = std::chrono::steady_clock::now() + delay_, .work = std::move(job)});
        if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    }
    changed_.notify_one();
}

void BackgroundJobs::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [&] { return ending_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        changed_.wait_until(lock, jobs_.front().due, [&] { return ending_; });
        auto work = std::move(jobs_.front().work);
        jobs_.pop_front();
        lock.unlock();
        work();
        work = {};  // and what it held
        lock.lock();
    }
}

}  // namespace abut::jit
