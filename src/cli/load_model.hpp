// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "abut/graph.hpp"
#include "abut/onnx.hpp"
#include "cli/context.hpp"
#include "cli/options.hpp"
#include "zoo/zoo.hpp"

namespace abut::cli {

/// Values for inputs of a model, by name.
using InputValues = std::map<std::string, HostTensor>;

/// The graph of an ONNX file or of zoo:NAME. `values` may hold any inputs; see OnnxOptions. Throws UsageError for names of
/// inputs that the model lacks, and for shapes and dtypes other than the model's.
Graph load_model(const ModelOptions& options, const InputValues& values, Context& context);

/// What load_model reads a file with; open extents that were assumed become notes of `context`, which must outlive it.
OnnxOptions onnx_options(const ModelOptions& options, const InputValues& values, Context& context);

/// A model as an ONNX file. Networks of the zoo lie in no directory.
struct ModelFile {
    std::filesystem::path directory;  ///< of the file and its external data
    std::string bytes;
};

/// An ONNX file, or what `abut zoo write` would make of zoo:NAME. Throws UsageError as load_model does.
ModelFile read_model(const ModelOptions& options);

/// The graph of a file that is read already, with inputs as the model declares them.
Graph load_model(const ModelFile& file, const ModelOptions& options, Context& context);

/// A network by NAME or zoo:NAME. Throws UsageError for names and arguments that the zoo does not have.
Graph make_network(std::string_view name, const zoo::ZooOptions& options);

/// The values in .npy files. Errors name the file.
InputValues read_inputs(const std::map<std::string, std::filesystem::path>& files);

}  // namespace abut::cli
