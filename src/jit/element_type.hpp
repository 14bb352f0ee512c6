// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "abut/layout.hpp"

namespace abut::jit {

/// What kernels call elements of `dtype`; empty where no pointer parameter has such.
constexpr std::string_view element_type(DType dtype) {
    switch (dtype) {
        case DType::Float32:
            return "float";
        case DType::Bool:
            return "unsigned char";
        case DType::Int64:
            return "long";
        default:
            return {};
    }
}

}  // namespace abut::jit
