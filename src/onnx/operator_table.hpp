// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "onnx/node_import.hpp"

namespace abut::onnx {

struct OperatorEntry {
    std::string_view name;
    ImportFunction import = nullptr;
    /// Bit k: input k says what the graph looks like and must be known while it is built.
    std::uint32_t structural_inputs = 0;
    /// The results are elements of the inputs, which may be bool.
    bool moves_elements = false;
};

// Static tables, one a group of operators, each in a file of its own.
std::span<const OperatorEntry> control_operators();
std::span<const OperatorEntry> convolution_operators();
std::span<const OperatorEntry> dense_operators();
std::span<const OperatorEntry> elementwise_operators();
std::span<const OperatorEntry> function_operators();
std::span<const OperatorEntry> gather_operators();
std::span<const OperatorEntry> join_operators();
std::span<const OperatorEntry> logic_operators();
std::span<const OperatorEntry> normalization_operators();
std::span<const OperatorEntry> pool_operators();
std::span<const OperatorEntry> reduce_operators();
std::span<const OperatorEntry> resample_operators();
std::span<const OperatorEntry> shape_operators();
std::span<const OperatorEntry> value_operators();

/// How an operator becomes part of the graph; null if it can't.
const OperatorEntry* find_operator(std::string_view name);

/// How an operator is computed while reading, for nodes whose inputs are all known; null if it can't.
ImportFunction find_host_operator(std::string_view name);

}  // namespace abut::onnx
