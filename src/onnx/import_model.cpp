// SPDX-License-Identifier: Apache-2.0
#include "onnx/import_model.hpp"

#include <algorithm>
#include <unordered_set>

#include "core/fail.hpp"
#include "core/printable.hpp"
#include "onnx/inline_functions.hpp"
#include "onnx/input_shape.hpp"
#include "onnx/node_order.hpp"
#include "onnx/operator_table.hpp"
#include "onnx/proto.hpp"
#include "onnx/read_model.hpp"
#include "onnx/read_tensor.hpp"

namespace abut::onnx {

namespace {

constexpr OpsetVersion newest_opset = 28;

// Known float tensors up to this size are computed on at once, larger ones by the graph's own constant folding.
constexpr std::int64_t max_float_elements = 4096;

bool is_onnx_domain(const std::string& domain) {
    return domain.empty() || domain == "ai.onnx";
}

void import_constants(ImportState& state, proto::GraphProto& graph) {
    core::require(graph.sparse_initializer().empty(), "sparse constants are unsupported");
    for (auto& tensor : *graph.mutable_initializer()) {
        const std::string name = tensor.name();
        core::require(!name.empty() && !state.values.contains(name), "two constants have the name '{}'",
                      core::printable(name));
        try {
            state.values[name] = {read_tensor(tensor, state.directory), std::nullopt};
        } catch (const Error& error) {
            core::fail(error.code(), "constant '{}': {}", core::printable(name), error.what());
        }
    }
}

// Names of the float32 inputs that some node needs to know, so that a value given for them becomes a constant.
std::unordered_set<std::string> structural_names(const proto::GraphProto& graph) {
    std::unordered_set<std::string> names;
    for (const auto& node : graph.node()) {
        const OperatorEntry* entry = find_operator(node.op_type());
        for (int input = 0; entry != nullptr && input < node.input_size() && input < 32; ++input) {
            if ((entry->structural_inputs >> static_cast<unsigned>(input) & 1U) != 0) names.insert(node.input(input));
        }
    }
    return names;
}

}  // namespace

DType input_dtype(const proto::ValueInfoProto& input) {
    core::require(input.type().has_tensor_type(), "input '{}' is no tensor", core::printable(input.name()));
    switch (input.type().tensor_type().elem_type()) {
        case proto::TensorProto::FLOAT:
            return DType::Float32;
        case proto::TensorProto::INT64:
            return DType::Int64;
        case proto::TensorProto::INT32:
            return DType::Int32;
        case proto::TensorProto::UINT8:
            return DType::UInt8;
        case proto::TensorProto::BOOL:
            return DType::Bool;
        default:
            core::fail(ErrorCode::Unsupported, "input '{}' of dtype {} is unsupported", core::printable(input.name()),
                       dtype_name(input.type().tensor_type().elem_type()));
    }
}

namespace {

void require_fitting(const std::string& name, DType declared, const HostTensor& given) {
    const bool matches = (declared == DType::Float32) == (given.dtype == DType::Float32);
    core::require(matches, "input '{}' is {} in the model, but {} was given", core::printable(name), to_string(declared),
                  to_string(given.dtype));
    core::require(given.data != nullptr, "input '{}': the value that was given has no data", core::printable(name));
}

void import_inputs(ImportState& state, const proto::GraphProto& graph, const OnnxOptions& options) {
    const auto structural = structural_names(graph);
    InputShapes shapes(options);
    std::unordered_set<std::string> seen;
    for (const auto& input : graph.input()) {
        const std::string& name = input.name();
        core::require(!name.empty() && seen.insert(name).second, "two inputs have the name '{}'", core::printable(name));
        if (state.values.contains(name)) continue;  // a constant that is listed as an input too
        const DType dtype = input_dtype(input);
        const Shape shape = shapes.resolve(input);
        const auto given = options.values.find(name);
        if (given != options.values.end()) {
            require_fitting(name, dtype, given->second);
            if (dtype != DType::Float32 || structural.contains(name)) {
                state.values[name] = {given->second, std::nullopt};
                continue;
            }
        }
        state.values[name] = {std::nullopt, state.graph.input(name, ViewSpec(dtype, shape))};
    }
    for (const auto& [name, shape] : options.shapes) {
        core::require(seen.contains(name), "a shape was given for '{}', which is no input of the model",
                      core::printable(name));
    }
}

// Whether all inputs are known and worth computing with here.
bool is_known(const NodeImport& node) {
    for (int input = 0; input < node.input_count(); ++input) {
        if (!node.has_input(input)) continue;
        const HostTensor* host = node.host(input);
        if (host == nullptr) return false;
        if (host->dtype == DType::Float32 && element_count(host->shape) > max_float_elements) return false;
    }
    return node.input_count() > 0;
}

void import_operator(ImportState& state, const proto::NodeProto& proto) {
    const OperatorEntry* entry = is_onnx_domain(proto.domain()) ? find_operator(proto.op_type()) : nullptr;
    NodeImport node(state, proto, entry != nullptr && entry->moves_elements);
    const ImportFunction on_host =
        is_onnx_domain(proto.domain()) && is_known(node) ? find_host_operator(proto.op_type()) : nullptr;
    if (entry == nullptr && on_host == nullptr) {
        const std::string domain =
            is_onnx_domain(proto.domain()) ? "" : fmt::format(" of domain '{}'", core::printable(proto.domain()));
        core::fail(ErrorCode::Unsupported, "unsupported operator {}{}", core::printable(proto.op_type()), domain);
    }
    (on_host != nullptr ? on_host : entry->import)(node);
    node.attributes().require_all_read();
}

// The graph's errors name the node in its own words; here its ONNX operator is named instead.
std::string_view without_node(std::string_view text, const std::string& label) {
    const bool names_it = text.starts_with(fmt::format("node \"{}\" (", label));
    const std::size_t end = text.find("): ");
    return names_it && end != std::string_view::npos ? text.substr(end + 3) : text;
}

// What a node computes on the way is named after the node, which may be the name of another value of the file.
void keep_names_apart(ImportState& state, std::size_t first_value, const std::unordered_set<std::string>& names) {
    for (std::size_t i = first_value; i < state.graph.values().size(); ++i) {
        const ValueId id{static_cast<std::int32_t>(i)};
        const std::string name = state.graph.value(id).name;
        if (!names.contains(name)) continue;
        const auto meant = state.values.find(name);
        if (meant != state.values.end() && meant->second.value == id) continue;
        std::string other = name;
        for (int copy = 1; names.contains(other); ++copy) other = fmt::format("{}.part{}", name, copy);
        state.graph.rename(id, std::move(other));
    }
}

}  // namespace

NodeNames node_names(const ImportState& state, const proto::GraphProto& graph) {
    NodeNames names;
    for (const auto& [name, value] : state.values) names.given.insert(name);
    for (const auto& node : graph.node()) names.results.insert(node.output().begin(), node.output().end());
    return names;
}

void import_node(ImportState& state, const proto::NodeProto& node, const NodeNames& names) {
    const std::size_t first_value = state.graph.values().size();
    try {
        import_operator(state, node);
    } catch (const Error& error) {
        core::fail(error.code(), "node '{}' ({}): {}", label_of(node), core::printable(node.op_type()),
                   without_node(error.what(), label_of(node)));
    }
    for (const std::string& output : node.output()) {
        if (output.empty() || state.values.contains(output)) continue;
        core::fail(ErrorCode::Unsupported, "node '{}' ({}): output '{}' is unsupported", label_of(node),
                   core::printable(node.op_type()), core::printable(output));
    }
    keep_names_apart(state, first_value, names.results);
}

namespace {

/// Bools as bytes: nothing but a cast writes these, so inputs and constants that are outputs pass through numbers.
ValueId bool_output(ImportState& state, ImportedValue& found, const std::string& name) {
    if (!found.truth && found.host) {
        found.truth = state.graph.constant(found.host->shape, converted<float>(*found.host));
    } else if (!found.truth) {
        found.truth = state.graph.cast(*found.value, DType::Float32);
    }
    const ValueId output = state.graph.cast(*found.truth, DType::Bool);
    state.graph.rename(output, name);
    return output;
}

ValueId output_value(ImportState& state, ImportedValue& found, const std::string& name) {
    if (dtype_in(found, state.graph) == DType::Bool) return bool_output(state, found, name);
    if (!found.value) {
        found.value = state.graph.constant(ViewSpec(found.host->dtype, found.host->shape), found.host->data, name);
    }
    return *found.value;
}

}  // namespace

void import_outputs(ImportState& state, const proto::GraphProto& graph) {
    core::require(!graph.output().empty(), "the model has no output");
    std::unordered_set<std::string> seen;
    for (const auto& output : graph.output()) {
        core::require(seen.insert(output.name()).second, "two outputs have the name '{}'", core::printable(output.name()));
        state.graph.output(output.name(), output_value(state, state.values.at(output.name()), output.name()));
    }
}

std::vector<ImportedValue> NodeImport::import_graph(const proto::GraphProto& graph) {
    proto::GraphProto scope = graph;
    ScopedNames names(label_ + "/", state_->taken);
    names.define_all(scope);
    names.apply(scope);
    import_constants(*state_, scope);
    const NodeNames known = node_names(*state_, scope);
    for (const int index : node_order(scope, known.given)) import_node(*state_, scope.node(index), known);
    std::vector<ImportedValue> outputs;
    for (const auto& output : scope.output()) outputs.push_back(state_->values.at(output.name()));
    return outputs;
}

ImportState begin_import(proto::ModelProto& model, const std::filesystem::path& directory, const OnnxOptions& options) {
    inline_functions(model);
    ImportState state;
    add_names(model.graph(), state.taken);
    state.directory = directory;
    state.opset = opset_of(model);
    if (state.opset > newest_opset && options.log) {
        options.log(fmt::format("opset {} is newer than {}, the newest known; operators are read as of that", state.opset,
                                newest_opset));
    }
    if (!model.graph().name().empty()) state.graph.set_name(core::printable(model.graph().name()));
    import_constants(state, *model.mutable_graph());
    import_inputs(state, model.graph(), options);
    return state;
}

Graph import_model(proto::ModelProto& model, const std::filesystem::path& directory, const OnnxOptions& options) {
    ImportState state = begin_import(model, directory, options);
    const NodeNames names = node_names(state, model.graph());
    for (const int index : node_order(model.graph(), names.given)) import_node(state, model.graph().node(index), names);
    import_outputs(state, model.graph());
    return std::move(state.graph);
}

}  // namespace abut::onnx
