// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "cli/options.hpp"

namespace abut::cli {

/// Lines that several threads may add.
class Notes {
public:
    void add(std::string text) {
        const std::scoped_lock lock(mutex_);
        texts_.push_back(std::move(text));
    }
    [[nodiscard]] std::vector<std::string> all() const {
        const std::scoped_lock lock(mutex_);
        return texts_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> texts_;
};

/// What a command runs in.
class Context {
public:
    /// Tells the drivers of CPUs how many threads were asked for, which no other thread may see happen.
    explicit Context(CommonOptions options);

    [[nodiscard]] const CommonOptions& options() const noexcept { return options_; }
    [[nodiscard]] bool json() const noexcept { return options_.json; }
    /// Opens the device that was asked for; `store_in_background` as in CacheOptions. Throws UsageError for a selector or
    /// number of threads that it can't be. Another thread may do so while this one reads a model.
    [[nodiscard]] Device open_device(bool store_in_background = false) const;
    /// Where compiled kernels lie. Throws UsageError where they are kept in memory only.
    [[nodiscard]] std::string cache_directory() const;
    /// What was assumed on the way; printed on stderr once the command succeeded, so that an error stays one line.
    void note(std::string text) const { notes_->add(std::move(text)); }
    [[nodiscard]] std::vector<std::string> notes() const { return notes_->all(); }

private:
    CommonOptions options_;
    std::shared_ptr<Notes> notes_ = std::make_shared<Notes>();
};

}  // namespace abut::cli
