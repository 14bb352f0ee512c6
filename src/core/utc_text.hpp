// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace abut::core {

/// Of seconds since 1970, in UTC: "2026-11-28T09:00:00Z". Times that no calendar has are numbers.
std::string utc_text(std::int64_t seconds);

}  // namespace abut::core
