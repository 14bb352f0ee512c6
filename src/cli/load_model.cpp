// SPDX-License-Identifier: Apache-2.0
#include "cli/load_model.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "cli/npy.hpp"
#include "cli/usage_error.hpp"
#include "core/fail.hpp"
#include "core/printable.hpp"
#include "onnx/file_text.hpp"
#include "onnx/serialize_graph.hpp"

namespace abut::cli {

namespace {

constexpr std::string_view zoo_prefix = "zoo:";

std::string extents_text(const OnnxInput& input) {
    std::string text;
    for (const std::int64_t extent : input.extents)
        text += (text.empty() ? "" : "x") + (extent < 0 ? "?" : std::to_string(extent));
    return text.empty() ? "scalar" : text;
}

const OnnxInput& find_input(const std::string& model, const std::vector<OnnxInput>& inputs, const std::string& name,
                            const char* option) {
    const auto found = std::ranges::find(inputs, name, &OnnxInput::name);
    if (found != inputs.end()) return *found;
    std::string known;
    for (const OnnxInput& input : inputs) known += (known.empty() ? "" : ", ") + core::printable(input.name);
    fail_usage("{}: {} '{}': the model has no such input; it has {}", core::printable(model), option, core::printable(name),
               known.empty() ? "none" : known);
}

// `wanted` replaces the declared shape where --shape gave one.
void check_value(const std::string& model, const OnnxInput& input, const HostTensor& value, const Shape* wanted) {
    const bool integers = input.dtype != DType::Float32;
    if (integers != (value.dtype != DType::Float32)) {
        fail_usage("{}: --input '{}': expected {}, found {}", core::printable(model), core::printable(input.name),
                   to_string(input.dtype), to_string(value.dtype));
    }
    bool fits = wanted == nullptr ? !input.has_shape || std::cmp_equal(input.extents.size(), value.shape.rank())
                                  : *wanted == value.shape;
    for (int axis = 0; fits && wanted == nullptr && input.has_shape && axis < value.shape.rank(); ++axis) {
        const std::int64_t extent = input.extents[static_cast<std::size_t>(axis)];
        fits = extent < 0 || extent == value.shape[axis];
    }
    if (fits) return;
    fail_usage("{}: --input '{}': expected shape {}, found {}", core::printable(model), core::printable(input.name),
               wanted == nullptr ? extents_text(input) : to_string(*wanted), to_string(value.shape));
}

void check_names(const std::vector<OnnxInput>& inputs, const ModelOptions& options, const InputValues& values) {
    for (const auto& [name, shape] : options.shapes) (void)find_input(options.model, inputs, name, "--shape");
    for (const auto& [name, value] : values) {
        const auto shape = options.shapes.find(name);
        const OnnxInput& input = find_input(options.model, inputs, name, "--input");
        check_value(options.model, input, value, shape == options.shapes.end() ? nullptr : &shape->second);
    }
}

bool is_network(const ModelOptions& options) {
    return options.model.starts_with(zoo_prefix);
}

void refuse_shapes(const ModelOptions& options) {
    if (!options.shapes.empty()) fail_usage("--shape is for ONNX files; networks of the zoo have arguments (abut zoo list)");
}

Graph load_network(const ModelOptions& options, const InputValues& values) {
    Graph graph = make_network(options.model, {});
    refuse_shapes(options);
    std::vector<OnnxInput> inputs;
    for (const Port& port : graph.inputs()) {
        inputs.push_back({.name = port.name,
                          .dtype = port.spec.dtype,
                          .has_shape = true,
                          .extents = {port.spec.shape().begin(), port.spec.shape().end()}});
    }
    check_names(inputs, options, values);
    return graph;
}

/// A value that is given for a bool becomes a constant of the graph only where the model can't do without; nothing there.
std::optional<Graph> load_with_bools_at_run_time(const ModelOptions& options, const InputValues& values, Context& context) {
    OnnxOptions onnx = onnx_options(options, values, context);
    if (values.empty()) return std::nullopt;
    for (const OnnxInput& input : onnx_inputs(options.model)) {
        const auto found = onnx.values.find(input.name);
        if (input.dtype != DType::Bool || found == onnx.values.end()) continue;
        onnx.shapes[input.name] = found->second.shape;
        onnx.values.erase(found);
    }
    if (onnx.values.size() == values.size()) return std::nullopt;
    std::vector<std::string> notes;
    onnx.log = [&](std::string_view text) { notes.push_back(fmt::format("{}: {}", options.model, text)); };
    try {
        Graph graph = load_onnx(options.model, onnx);
        for (const std::string& note : notes) context.note(note);
        return graph;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unsupported) throw;
        return std::nullopt;
    }
}

}  // namespace

Graph make_network(std::string_view name, const zoo::ZooOptions& options) {
    if (name.starts_with(zoo_prefix)) name.remove_prefix(zoo_prefix.size());
    try {
        return zoo::make_network(name, options);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::InvalidArgument) throw UsageError(error.what());
        throw;
    }
}

OnnxOptions onnx_options(const ModelOptions& options, const InputValues& values, Context& context) {
    const auto log = [&](std::string_view text) { context.note(fmt::format("{}: {}", options.model, text)); };
    return {.shapes = options.shapes, .values = values, .log = log};
}

Graph load_model(const ModelOptions& options, const InputValues& values, Context& context) {
    if (is_network(options)) return load_network(options, values);
    if (!options.shapes.empty() || !values.empty()) check_names(onnx_inputs(options.model), options, values);
    if (auto graph = load_with_bools_at_run_time(options, values, context)) return std::move(*graph);
    return load_onnx(options.model, onnx_options(options, values, context));
}

ModelFile read_model(const ModelOptions& options) {
    if (is_network(options)) {
        const Graph graph = make_network(options.model, {});
        refuse_shapes(options);
        return {.directory = {}, .bytes = onnx::serialize_graph(graph, core::printable(options.model))};
    }
    if (!options.shapes.empty()) check_names(onnx_inputs(options.model), options, {});
    const std::filesystem::path file = options.model;
    return {.directory = file.parent_path(), .bytes = onnx::read_file(file)};
}

Graph load_model(const ModelFile& file, const ModelOptions& options, Context& context) {
    return load_onnx(std::as_bytes(std::span(file.bytes)), file.directory, options.model,
                     onnx_options(options, {}, context));
}

InputValues read_inputs(const std::map<std::string, std::filesystem::path>& files) {
    InputValues values;
    for (const auto& [name, file] : files) {
        const std::string bytes = onnx::read_file(file);
        try {
            values[name] = parse_npy(bytes);
        } catch (const Error& error) {
            const std::string text = fmt::format("{}: {}", core::printable(file.string()), error.what());
            if (error.code() == ErrorCode::InvalidArgument) throw UsageError(text);  // as an input of the wrong shape
            core::fail(error.code(), "{}", text);
        }
    }
    return values;
}

}  // namespace abut::cli
