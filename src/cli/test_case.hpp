// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "abut/onnx.hpp"

/// Cases in the layout of ONNX's backend tests.
namespace abut::cli {

/// What a model gets and should give.
struct DataSet {
    std::vector<HostTensor> inputs;
    std::vector<HostTensor> outputs;
};

struct TestCase {
    std::string name;
    std::filesystem::path model;
    std::vector<std::filesystem::path> data_sets;
};

/// The cases that `directories` are or hold, at any depth, in the order of their paths. Throws IO for a directory without
/// one.
std::vector<TestCase> find_cases(const std::vector<std::filesystem::path>& directories);

/// Throws IO for a data set without outputs or with a file that is no tensor.
DataSet read_data_set(const std::filesystem::path& directory);

}  // namespace abut::cli
