// SPDX-License-Identifier: Apache-2.0
#include "abut/version.hpp"

namespace abut::inline v0 {

std::string_view version() noexcept {
    return ABUT_VERSION_TEXT;
}

}  // namespace abut::inline v0
