// SPDX-License-Identifier: Apache-2.0
#include "abut/onnx.hpp"
#include "core/printable.hpp"
#include "onnx/publish_file.hpp"
#include "onnx/serialize_graph.hpp"

namespace abut::inline v0 {

void save_onnx(const Graph& graph, const std::filesystem::path& file) {
    onnx::publish_file(file, onnx::serialize_graph(graph, core::printable(file.string())));
}

}  // namespace abut::inline v0
