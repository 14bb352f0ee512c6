// SPDX-License-Identifier: Apache-2.0
#include <unordered_set>

#include "abut/onnx.hpp"
#include "core/fail.hpp"
#include "core/printable.hpp"
#include "onnx/file_text.hpp"
#include "onnx/import_model.hpp"
#include "onnx/proto.hpp"
#include "onnx/read_model.hpp"
#include "onnx/read_tensor.hpp"
#include "onnx/with_name.hpp"

namespace abut::inline v0 {

namespace {

OnnxInput declared_input(const onnx::proto::ValueInfoProto& input) {
    const auto& type = input.type().tensor_type();
    OnnxInput declared{
        .name = input.name(), .dtype = onnx::input_dtype(input), .has_shape = type.has_shape(), .extents = {}};
    for (const auto& dim : type.shape().dim()) {
        declared.extents.push_back(dim.has_dim_value() && dim.dim_value() >= 0 ? dim.dim_value() : -1);
    }
    return declared;
}

}  // namespace

Graph load_onnx(std::span<const std::byte> bytes, const std::filesystem::path& directory, std::string_view name,
                const OnnxOptions& options) {
    const std::string file = core::printable(name);
    auto model = onnx::parse_model(bytes, file);
    return onnx::with_name(file, [&] { return onnx::import_model(model, directory, options); });
}

Graph load_onnx(const std::filesystem::path& file, const OnnxOptions& options) {
    const std::string bytes = onnx::read_file(file);
    return load_onnx(std::as_bytes(std::span(bytes)), file.parent_path(), file.string(), options);
}

std::vector<OnnxInput> onnx_inputs(const std::filesystem::path& file) {
    const std::string bytes = onnx::read_file(file);
    const std::string name = core::printable(file.string());
    const auto model = onnx::parse_model(std::as_bytes(std::span(bytes)), name);
    std::unordered_set<std::string> constants;
    for (const auto& tensor : model.graph().initializer()) constants.insert(tensor.name());
    std::vector<OnnxInput> inputs;
    onnx::with_name(name, [&] {
        for (const auto& input : model.graph().input()) {
            if (!constants.contains(input.name())) inputs.push_back(declared_input(input));
        }
    });
    return inputs;
}

HostTensor load_tensor(const std::filesystem::path& file) {
    const std::string bytes = onnx::read_file(file);
    const std::string name = core::printable(file.string());
    auto tensor = onnx::parse_tensor(std::as_bytes(std::span(bytes)), name);
    return onnx::with_name(name, [&] { return onnx::read_tensor(tensor, file.parent_path()); });
}

}  // namespace abut::inline v0
