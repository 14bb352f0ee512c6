// SPDX-License-Identifier: Apache-2.0
#include "core/utc_text.hpp"

#include <fmt/chrono.h>

#include <ctime>

namespace abut::core {

std::string utc_text(std::int64_t seconds) {
    const auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    if (::gmtime_r(&time, &parts) == nullptr) return std::to_string(seconds);
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", parts);
}

}  // namespace abut::core
