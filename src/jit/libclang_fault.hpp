// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace abut::jit {

/// Why libclang, which every compilation needs, can't be loaded here, and what to install; empty where it can.
std::string libclang_fault();

}  // namespace abut::jit
