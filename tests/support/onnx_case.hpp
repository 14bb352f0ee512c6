// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "abut/graph.hpp"
#include "abut/onnx.hpp"

namespace abut::testing_support {

/// A directory in the layout of ONNX's backend tests: model.onnx, and test_data_set_0 with input_K.pb and output_K.pb.
struct OnnxCase {
    std::filesystem::path directory;
    std::vector<HostTensor> inputs;
    std::vector<HostTensor> outputs;

    [[nodiscard]] std::string name() const { return directory.filename().string(); }
};

OnnxCase read_case(const std::filesystem::path& directory);

/// The directories below `root` that hold a model.onnx, sorted.
std::vector<std::filesystem::path> find_cases(const std::filesystem::path& root);

/// Imports the case's model and evaluates it on the host. Empty if every output is what the case expects within
/// atol 1e-4 + rtol 1e-3; else which output differs, and where.
std::string difference_of(const OnnxCase& test_case);

/// Evaluates `graph` for inputs by name; the elements of each output.
std::vector<std::vector<float>> evaluate(const Graph& graph, const std::map<std::string, HostTensor>& inputs);

}  // namespace abut::testing_support
