// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "abut/graph.hpp"

namespace abut::onnx {

/// The bytes of an ONNX file that save_onnx would write; equal graphs give equal bytes. `name` stands for the file in
/// errors, which are those of save_onnx.
std::string serialize_graph(const Graph& graph, std::string_view name);

}  // namespace abut::onnx
