// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "abut/program.hpp"

namespace abut::programs {

enum class AnewVariants : std::uint8_t {
    AsCompiled,  ///< those of compile()
    Generic,     ///< of each step the weakest: it relies on elements lying at multiples of their size, and on no more
};

/// The program that compile() makes of the same graph and options, with the same plan, but of kernels that no cache has or
/// gets; that of a driver has none of them either. It launches step by step. Throws as compile() does.
Program compile_anew(Graph graph, const Device& device, const CompileOptions& options, AnewVariants variants);

}  // namespace abut::programs
