// SPDX-License-Identifier: Apache-2.0
#include "support/onnx_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "abut/error.hpp"
#include "graph/evaluate.hpp"
#include "onnx/host_tensor.hpp"

namespace abut::testing_support {

namespace fs = std::filesystem;

namespace {

std::vector<HostTensor> read_tensors(const fs::path& directory, const std::string& kind) {
    std::vector<HostTensor> tensors;
    for (int k = 0;; ++k) {
        const fs::path file = directory / fmt::format("{}_{}.pb", kind, k);
        if (!fs::exists(file)) return tensors;
        tensors.push_back(load_tensor(file));
    }
}

bool matches(float found, float expected) {
    if (std::isnan(expected)) return std::isnan(found);
    return found == expected || std::abs(found - expected) <= 1e-4F + 1e-3F * std::abs(expected);
}

std::map<std::string, HostTensor> named_inputs(const OnnxCase& test_case) {
    const auto names = onnx_inputs(test_case.directory / "model.onnx");
    std::map<std::string, HostTensor> values;
    for (std::size_t k = 0; k < std::min(names.size(), test_case.inputs.size()); ++k)
        values[names[k].name] = test_case.inputs[k];
    return values;
}

}  // namespace

OnnxCase read_case(const fs::path& directory) {
    const fs::path data = directory / "test_data_set_0";
    return {directory, read_tensors(data, "input"), read_tensors(data, "output")};
}

std::vector<fs::path> find_cases(const fs::path& root) {
    std::vector<fs::path> cases;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        if (entry.path().filename() == "model.onnx") cases.push_back(entry.path().parent_path());
    }
    std::ranges::sort(cases);
    return cases;
}

std::vector<std::vector<float>> evaluate(const Graph& graph, const std::map<std::string, HostTensor>& inputs) {
    std::vector<std::vector<float>> known;
    for (const Port& port : graph.outputs()) {
        const Value& value = graph.value(port.value);
        if (value.is_constant()) known.push_back(onnx::converted<float>({value.dtype, value.shape, value.data}));
    }
    if (known.size() == graph.outputs().size()) return known;
    std::vector<reference::Tensor> tensors;
    for (const Port& port : graph.inputs()) {
        const HostTensor& given = inputs.at(port.name);
        tensors.push_back({given.shape, onnx::converted<float>(given)});
    }
    std::vector<std::vector<float>> results;
    for (auto& tensor : reference::evaluate(graph, tensors)) results.push_back(std::move(tensor.elements));
    return results;
}

namespace {

/// Bools are left to the run wherever the model takes them so.
Graph load_case(const fs::path& model, const std::map<std::string, HostTensor>& values) {
    auto others = values;
    std::erase_if(others, [](const auto& named) { return named.second.dtype == DType::Bool; });
    try {
        if (others.size() < values.size()) return load_onnx(model, {.shapes = {}, .values = others, .log = {}});
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unsupported) throw;
    }
    return load_onnx(model, {.shapes = {}, .values = values, .log = {}});
}

}  // namespace

std::string difference_of(const OnnxCase& test_case) {
    const auto values = named_inputs(test_case);
    const Graph graph = load_case(test_case.directory / "model.onnx", values);
    const auto outputs = evaluate(graph, values);
    for (std::size_t k = 0; k < test_case.outputs.size(); ++k) {
        const auto expected = onnx::converted<float>(test_case.outputs[k]);
        const Shape& shape = graph.value(graph.outputs()[k].value).shape;
        if (shape != test_case.outputs[k].shape) {
            return fmt::format("output {} has shape {}, not {}", k, to_string(shape), to_string(test_case.outputs[k].shape));
        }
        for (std::size_t i = 0; i < expected.size(); ++i) {
            if (!matches(outputs[k][i], expected[i]))
                return fmt::format("output {}[{}] is {}, not {}", k, i, outputs[k][i], expected[i]);
        }
    }
    return {};
}

}  // namespace abut::testing_support
