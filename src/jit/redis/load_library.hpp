// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <string>

#include "core/shared_library.hpp"

namespace abut::jit {

/// What a cache in Redis needs, from Debian's `package`. Throws Unsupported where it is not there.
inline core::SharedLibrary load_library(const std::string& name, const char* package) {
    return {{&name, 1},
            fmt::format("a cache in Redis needs {}, which was not found: install Debian's package {}", name, package)};
}

}  // namespace abut::jit
