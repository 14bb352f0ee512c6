// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "cli/options.hpp"

namespace abut::cli {

/// What a command runs in.
class Context {
public:
    explicit Context(CommonOptions options) : options_(std::move(options)) {}

    [[nodiscard]] const CommonOptions& options() const noexcept { return options_; }
    [[nodiscard]] bool json() const noexcept { return options_.json; }
    /// Opens the device that was asked for; `store_in_background` as in CacheOptions. Throws UsageError for a selector or
    /// number of threads that it can't be.
    [[nodiscard]] Device open_device(bool store_in_background = false);
    /// Where compiled kernels lie. Throws UsageError where they are kept in memory only.
    [[nodiscard]] std::string cache_directory() const;
    /// What was assumed on the way; printed on stderr once the command succeeded, so that an error stays one line.
    void note(std::string text) { notes_->push_back(std::move(text)); }
    [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return *notes_; }

private:
    CommonOptions options_;
    std::shared_ptr<std::vector<std::string>> notes_ = std::make_shared<std::vector<std::string>>();
};

}  // namespace abut::cli
