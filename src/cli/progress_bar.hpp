// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "abut/program.hpp"

namespace abut::cli {

/// Draws on stderr while kernels compile, if that is a terminal, and clears the line behind itself.
class ProgressBar {
public:
    ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    ~ProgressBar();

    /// For CompileOptions; refers to this object. Empty where there is no terminal.
    [[nodiscard]] std::function<void(const CompileProgress&)> callback();

private:
    void draw(const CompileProgress& progress);

    bool is_terminal_;
    bool drawn_ = false;
};

}  // namespace abut::cli
