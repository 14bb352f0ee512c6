// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace abut::core {

/// One function object of several lambdas, for std::visit.
template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};

// C++20 needs no guide for it, but clang does before version 17.
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace abut::core
