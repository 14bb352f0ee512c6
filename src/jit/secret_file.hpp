// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace abut::jit {

/// What a file of a secret holds, without the line's end. Throws IO where it can't be read, and InvalidArgument where
/// somebody but this user (and root) may read or change it, or where it has fewer bytes than `least_bytes`. `what` names it.
std::string read_secret(const std::string& path, const char* what, std::size_t least_bytes);

}  // namespace abut::jit
