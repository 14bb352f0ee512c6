// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "abut/export.hpp"
#include "abut/graph.hpp"
#include "abut/layout.hpp"

/// Reading and writing ONNX files (the target abut::onnx). All functions are thread-safe.
namespace abut::inline v0 {

/// A tensor in host memory: dense, in row-major order. Copies share the elements.
struct HostTensor {
    DType dtype = DType::Float32;
    Shape shape;
    std::shared_ptr<const void> data;  ///< never null, not even for a tensor without elements
};

struct OnnxOptions {
    /// Shapes by input name: for inputs whose extents the model leaves open, or in the place of those it gives.
    std::map<std::string, Shape> shapes;
    /// Values by input name, of any inputs. Their shapes fill open extents. An input that the graph's structure depends on
    /// (the shape of a Reshape, the scales of a Resize, and all that are not float32) becomes a constant of this value
    /// and is no input of the graph.
    std::map<std::string, HostTensor> values;
    /// Gets one line for each thing that was assumed.
    std::function<void(std::string_view)> log;
};

/// The graph of an ONNX file: opsets 1 to 28, float32 and bool, static shapes; constants hold float32 or int64. Integer
/// arithmetic on shapes is done while reading; values that no output depends on are dropped; inputs keep the model's order.
/// An open extent of axis 0 becomes 1, and the log says so. Errors name the file and the node: IO for a file that can't be
/// read or is no ONNX model, Unsupported for operators and attributes without an equivalent, InvalidArgument for a model
/// that contradicts itself.
ABUT_API Graph load_onnx(const std::filesystem::path& file, const OnnxOptions& options = {});

/// The same for a model in memory. External data is looked for below `directory`; `name` stands for the file in errors.
ABUT_API Graph load_onnx(std::span<const std::byte> model, const std::filesystem::path& directory, std::string_view name,
                         const OnnxOptions& options = {});

/// An input of a model as its file declares it.
struct OnnxInput {
    std::string name;
    DType dtype = DType::Float32;
    bool has_shape = true;
    std::vector<std::int64_t> extents;  ///< -1 where the model leaves one open
};

/// The inputs of an ONNX file in its order; constants that are listed as inputs too are none. Errors as of load_onnx.
ABUT_API std::vector<OnnxInput> onnx_inputs(const std::filesystem::path& file);

/// One TensorProto, as in the data sets of ONNX's backend tests (input_0.pb). Floating-point elements come as Float32,
/// integers as Int64. Throws IO for a file that is no tensor, Unsupported for other dtypes.
ABUT_API HostTensor load_tensor(const std::filesystem::path& file);

/// Writes `graph` in opset 13, constants included; the file appears whole or not at all. Expressions become one node a
/// term. Throws IO if the file can't be written or passes protobuf's limit of 2 GB, Unsupported for released constants.
ABUT_API void save_onnx(const Graph& graph, const std::filesystem::path& file);

}  // namespace abut::inline v0
