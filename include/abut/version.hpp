// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "abut/export.hpp"

namespace abut::inline v0 {

/// Version of the library that is linked, "0.1.0". Thread-safe.
ABUT_API std::string_view version() noexcept;

}  // namespace abut::inline v0
