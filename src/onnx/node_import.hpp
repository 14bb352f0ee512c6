// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "abut/graph.hpp"
#include "core/fail.hpp"
#include "onnx/attributes.hpp"
#include "onnx/host_tensor.hpp"
#include "onnx/proto_forward.hpp"
#include "onnx/scoped_names.hpp"

namespace abut::onnx {

/// A value of the model: known now (host), in the graph (value, truth), or both once a node has read a known one.
struct ImportedValue {
    std::optional<HostTensor> host;
    std::optional<ValueId> value;
    std::optional<ValueId> truth{};  ///< of a bool: float32 elements 0 and 1, which is what is computed with
};

DType dtype_in(const ImportedValue& value, const Graph& graph);
Shape shape_in(const ImportedValue& value, const Graph& graph);

/// What the import of all nodes shares.
struct ImportState {
    Graph graph;
    std::unordered_map<std::string, ImportedValue> values;
    std::filesystem::path directory;  ///< where external data lies
    OpsetVersion opset = 0;
    Names taken;  ///< all names of the file, and those that were made for values inside of nodes
};

/// One node while its operator's function turns it into operations of the graph. Inputs are counted from 0; one that is
/// optional and left out is "absent".
class NodeImport {
public:
    /// `moves_elements`: the results are elements of the inputs, of their dtype; bool is read as well.
    NodeImport(ImportState& state, const proto::NodeProto& node, bool moves_elements = false);

    [[nodiscard]] const std::string& operator_name() const;
    [[nodiscard]] const std::string& label() const { return label_; }
    [[nodiscard]] OpsetVersion opset() const { return state_->opset; }
    [[nodiscard]] const std::filesystem::path& directory() const { return state_->directory; }
    [[nodiscard]] Graph& graph() { return state_->graph; }
    [[nodiscard]] Attributes& attributes() { return attributes_; }

    /// Number of inputs, those left out at the end not counted.
    [[nodiscard]] int input_count() const { return input_count_; }
    [[nodiscard]] bool has_input(int input) const;
    [[nodiscard]] Shape shape(int input) const;
    [[nodiscard]] DType dtype(int input) const;
    /// The input as a float32 value of the graph; a known one becomes a constant. Throws Unsupported for other dtypes.
    [[nodiscard]] ValueId value(int input);
    /// The input, a bool, as float32 elements 0 and 1. Throws InvalidArgument for other dtypes.
    [[nodiscard]] ValueId truth(int input);
    /// All inputs from `first` on.
    [[nodiscard]] std::vector<ValueId> values(int first = 0);
    /// The known elements of an input; null if they are computed at run time or the input is absent.
    [[nodiscard]] const HostTensor* host(int input) const;
    /// Throws Unsupported, saying that `what` must be a constant, if the elements are not known; null if absent.
    [[nodiscard]] const HostTensor* constant(int input, std::string_view what) const;
    [[nodiscard]] std::optional<std::vector<std::int64_t>> integers(int input, std::string_view what) const;
    [[nodiscard]] std::optional<std::vector<float>> reals(int input, std::string_view what) const;
    /// Operands that an attribute gave before some opset and an input since.
    [[nodiscard]] std::optional<std::vector<std::int64_t>> attribute_or_input(std::string_view name, int input);

    [[nodiscard]] int output_count() const;
    [[nodiscard]] bool has_output(int output) const;
    void set(int output, ValueId value);
    void set(int output, HostTensor tensor);
    void set(int output, const ImportedValue& value);
    /// A bool as float32 elements 0 and 1.
    void set_truth(int output, ValueId truth);
    void set(ValueId value) { set(0, value); }
    void set(HostTensor tensor) { set(0, std::move(tensor)); }
    /// Throws Unsupported if the model uses one of the outputs from `first` on.
    void require_unused_outputs(int first) const;

    /// Imports the nodes of `graph`, whose values get names of their own, and returns its outputs.
    [[nodiscard]] std::vector<ImportedValue> import_graph(const proto::GraphProto& graph);
    /// A value of float32, or of bool as 0 and 1, in the graph. Throws Unsupported, naming `what`, for other dtypes.
    [[nodiscard]] ValueId numbers(ImportedValue& value, std::string_view what);

    // Operations under this node's name.
    [[nodiscard]] ValueId emit(Operation operation, std::vector<ValueId> inputs);
    [[nodiscard]] ValueId apply(Function function, ValueId x, float alpha = 0, float beta = 0);
    [[nodiscard]] ValueId apply(Function function, ValueId a, ValueId b);
    /// The same elements under another shape: a constant stays one.
    [[nodiscard]] ValueId reshape(ValueId value, const Shape& shape);
    [[nodiscard]] ValueId constant(const HostTensor& tensor);
    [[nodiscard]] ValueId constant(const Shape& shape, float element);
    [[nodiscard]] const Shape& shape_of(ValueId value) { return graph().value(value).shape; }

    template <typename... Arguments>
    [[noreturn]] void fail_unsupported(fmt::format_string<Arguments...> text, Arguments&&... arguments) const {
        core::fail(ErrorCode::Unsupported, text, std::forward<Arguments>(arguments)...);
    }

private:
    [[nodiscard]] ImportedValue& imported(int input) const;
    void name(ValueId result, int output);
    void hide(ValueId made, const std::string& name);

    ImportState* state_;
    const proto::NodeProto* node_;
    Attributes attributes_;
    std::string label_;
    int input_count_ = 0;
    std::int32_t first_new_value_ = 0;
    bool moves_elements_ = false;
};

/// Appends the operations of one node.
using ImportFunction = void (*)(NodeImport&);

}  // namespace abut::onnx
