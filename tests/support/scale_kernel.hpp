// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "jit/kernel_sources.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::test {

/// The smallest kernel that reads, writes and takes a number: y[i] = FACTOR * x[i] + add, one element a tile. The prelude is
/// the library's own.
inline std::string_view scale_sources(std::string_view path) {
    if (path != "cpu/scale.cl") return jit::kernel_source(path);
    return "static void TILE(PARAMETERS, const long tile) {\n"
           "    y[y_offset + tile] = FACTOR * x[x_offset + tile] + (float)add;\n"
           "}\n";
}

inline ops::KernelSpec scale_spec(const std::string& factor) {
    return {.family = "cpu",
            .stem = "scale",
            .parameters = {{.name = "x", .kind = ops::ParameterKind::Read, .guard = 4},
                           {.name = "y", .kind = ops::ParameterKind::Write, .guard = 4},
                           {.name = "add", .kind = ops::ParameterKind::Scalar, .guard = 1}},
            .constants = {{.name = "FACTOR", .text = factor}}};
}

}  // namespace abut::test
