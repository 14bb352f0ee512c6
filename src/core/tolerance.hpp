// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace abut::core {

/// How far a result may be from what is expected: by no more than absolute + relative * |expected|.
struct Tolerance {
    double relative = 1e-3;
    double absolute = 1e-4;
};

/// False where one of the two alone is NaN, or an infinity that the other is not.
inline bool is_close(double found, double expected, const Tolerance& tolerance) {
    if (found == expected || (std::isnan(found) && std::isnan(expected))) return true;
    if (std::isinf(found) || std::isinf(expected)) return false;
    return std::abs(found - expected) <= tolerance.absolute + tolerance.relative * std::abs(expected);
}

}  // namespace abut::core
