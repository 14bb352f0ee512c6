// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "abut/plan.hpp"

namespace abut::cli {

/// Each of `texts` is CONCAT:OPERAND=RUNG, where CONCAT may have colons and equals signs of its own. Throws UsageError.
std::vector<ForcedRung> parse_rungs(const std::vector<std::string>& texts);

}  // namespace abut::cli
