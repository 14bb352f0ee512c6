// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "onnx/node_import.hpp"

/// Operators on tensors that are known while reading: the arithmetic on shapes that exporters leave in a model.
namespace abut::onnx {

struct HostEntry {
    std::string_view name;
    ImportFunction compute = nullptr;
};

std::span<const HostEntry> host_arithmetic_operators();
std::span<const HostEntry> host_logic_operators();
std::span<const HostEntry> host_movement_operators();
std::span<const HostEntry> host_reduce_operators();

/// Offsets of the elements of `layout` in row-major order of its shape, from `base` on. The count is checked.
std::vector<std::int64_t> offsets_of(const Layout& layout, std::int64_t base = 0);

/// The elements of `tensor` at `offsets`, which fill `shape`.
HostTensor picked(const HostTensor& tensor, const Shape& shape, const std::vector<std::int64_t>& offsets);

/// The shape that the shapes of all inputs of a node broadcast to.
Shape broadcast_inputs(const NodeImport& node);

/// Input `input` of a node, repeated to `shape`, as elements of T.
template <typename T>
std::vector<T> broadcast_input(const NodeImport& node, int input, const Shape& shape);

}  // namespace abut::onnx
