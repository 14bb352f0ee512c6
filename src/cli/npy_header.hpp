// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "abut/shape.hpp"

namespace abut::cli {

/// What stands before the elements of an .npy file.
struct NpyHeader {
    std::string descriptor;  ///< "<f4"
    bool fortran_order = false;
    Shape shape;
    std::size_t size_bytes = 0;  ///< of all that precedes the elements
};

/// Throws IO for what is no .npy header.
NpyHeader parse_npy_header(std::string_view bytes);

}  // namespace abut::cli
