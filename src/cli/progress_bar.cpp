// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_bar.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace abut::cli {

ProgressBar::ProgressBar() : is_terminal_(::isatty(STDERR_FILENO) != 0) {}

ProgressBar::~ProgressBar() {
    if (drawn_) std::fputs("\r\x1b[K", stderr);
}

std::function<void(const CompileProgress&)> ProgressBar::callback() {
    if (!is_terminal_) return {};
    return [this](const CompileProgress& progress) { draw(progress); };
}

void ProgressBar::draw(const CompileProgress& progress) {
    constexpr int width = 40;
    const int filled = width * std::min(progress.done, progress.total) / std::max(progress.total, 1);
    const std::string line = fmt::format("\r[{:#<{}}{:.<{}}] {} of {} kernels {}", "", filled, "", width - filled,
                                         progress.done, progress.total, progress.compiling ? "compiled" : "loaded");
    std::fputs((line + "\x1b[K").c_str(), stderr);
    std::fflush(stderr);
    drawn_ = true;
}

}  // namespace abut::cli
