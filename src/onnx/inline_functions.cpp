// SPDX-License-Identifier: Apache-2.0
#include "onnx/inline_functions.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/fail.hpp"
#include "core/printable.hpp"
#include "onnx/later_fields.hpp"
#include "onnx/node_order.hpp"
#include "onnx/proto.hpp"
#include "onnx/read_model.hpp"
#include "onnx/scoped_names.hpp"

namespace abut::onnx {

namespace {

using NodeList = google::protobuf::RepeatedPtrField<proto::NodeProto>;
using Arguments = std::map<std::string, proto::AttributeProto>;

// Numbers of onnx.proto since IR versions 9 and 10.
constexpr int function_defaults = 11;
constexpr int function_overload = 13;
constexpr int node_overload = 8;

std::string domain_of(const std::string& domain) {
    return domain == "ai.onnx" ? "" : domain;
}

std::string only(const std::vector<std::string>& texts) {
    return texts.empty() ? "" : texts.back();
}

struct Key {
    std::string domain;
    std::string name;
    std::string overload;
    auto operator<=>(const Key&) const = default;
};

std::string text_of(const Key& key) {
    return core::printable(key.domain.empty() ? key.name : key.domain + "." + key.name);
}

struct LocalFunction {
    const proto::FunctionProto* proto = nullptr;
    Arguments defaults;
};

/// A function's attribute that has a default is a whole AttributeProto, the others are names.
LocalFunction local_function(const proto::FunctionProto& proto, const std::string& encoded) {
    LocalFunction function{.proto = &proto, .defaults = {}};
    for (const std::string& content : delimited_fields(encoded, function_defaults)) {
        proto::AttributeProto attribute;
        core::require(attribute.ParseFromString(content), "a default of function '{}' is no attribute",
                      core::printable(proto.name()));
        function.defaults[attribute.name()] = attribute;
    }
    return function;
}

class Inliner {
public:
    explicit Inliner(proto::ModelProto& model) : opset_(opset_of(model)) {
        add_names(model.graph(), taken_);
        for (const auto& function : model.functions()) {
            const std::string encoded = function.SerializeAsString();
            const Key key{domain_of(function.domain()), function.name(), only(delimited_fields(encoded, function_overload))};
            const bool first = functions_.emplace(key, local_function(function, encoded)).second;
            core::require(first, "two functions have the name '{}'", text_of(key));
        }
    }

    void run(proto::GraphProto& graph) { replace(*graph.mutable_node()); }

private:
    // A few small functions that call each other make as many nodes as one likes.
    static constexpr int most_nodes = 1'000'000;

    void replace(NodeList& nodes) {
        NodeList replaced;
        for (auto& node : nodes) {
            for (auto& attribute : *node.mutable_attribute()) {
                if (attribute.has_g()) replace(*attribute.mutable_g()->mutable_node());
            }
            if (const auto found = find(node); found != functions_.end()) {
                expand(node, found->first, found->second, replaced);
            } else {
                *replaced.Add() = std::move(node);
            }
        }
        nodes.Swap(&replaced);
    }

    using Functions = std::map<Key, LocalFunction>;

    [[nodiscard]] Functions::const_iterator find(const proto::NodeProto& node) const {
        const Key plain{domain_of(node.domain()), node.op_type(), ""};
        const auto found = functions_.lower_bound(plain);
        if (found == functions_.end() || found->first.domain != plain.domain || found->first.name != plain.name)
            return functions_.end();
        const std::string overload = only(delimited_fields(node.SerializeAsString(), node_overload));
        return functions_.find({plain.domain, plain.name, overload});
    }

    void expand(const proto::NodeProto& call, const Key& key, const LocalFunction& function, NodeList& nodes) {
        const std::string label = label_of(call);
        const auto where = fmt::format("node '{}' ({})", label, core::printable(call.op_type()));
        core::require(std::ranges::find(open_, key) == open_.end(), "{}: function '{}' calls itself", where, text_of(key));
        check_call(call, *function.proto, where);
        ScopedNames names(label + "/", taken_);
        bind(call, *function.proto, names, nodes);
        const Arguments arguments = arguments_of(call, function, where);
        NodeList body = function.proto->node();
        for (auto& node : body) {
            names.apply(node);
            set_references(node, arguments, where);
        }
        open_.push_back(key);
        replace(body);
        open_.pop_back();
        made_ += body.size();
        core::require(made_ <= most_nodes, "{}: the functions of the model make more than {} nodes", where, most_nodes);
        for (auto& node : body) *nodes.Add() = std::move(node);
    }

    void check_call(const proto::NodeProto& call, const proto::FunctionProto& function, const std::string& where) const {
        core::require(call.input_size() <= function.input_size(), "{}: expected {} inputs at most, found {}", where,
                      function.input_size(), call.input_size());
        core::require(call.output_size() <= function.output_size(), "{}: expected {} outputs at most, found {}", where,
                      function.output_size(), call.output_size());
        for (const auto& opset : function.opset_import()) {
            if (!domain_of(opset.domain()).empty() || opset.version() == opset_) continue;
            core::fail(ErrorCode::Unsupported, "{}: a function of opset {} in a model of opset {} is unsupported", where,
                       opset.version(), opset_);
        }
    }

    /// Inputs and outputs get the names of the call; an input that is an output too passes through.
    void bind(const proto::NodeProto& call, const proto::FunctionProto& function, ScopedNames& names, NodeList& nodes) {
        Names formal(function.input().begin(), function.input().end());
        for (int i = 0; i < function.input_size(); ++i)
            names.bind(function.input(i), i < call.input_size() ? call.input(i) : "");
        for (int i = 0; i < std::min(call.output_size(), function.output_size()); ++i) {
            if (call.output(i).empty()) continue;
            if (formal.insert(function.output(i)).second) {
                names.bind(function.output(i), call.output(i));
                continue;
            }
            proto::NodeProto& pass = *nodes.Add();
            pass.set_op_type("Identity");
            pass.set_name(label_of(call) + "/" + function.output(i));
            pass.add_input(names.renamed(function.output(i)));
            pass.add_output(call.output(i));
        }
        proto::GraphProto body;  // what the function defines or reads beside its inputs and outputs is its own
        *body.mutable_node() = function.node();
        Names all;
        add_names(body, all);
        for (const auto& name : all) names.define(name);
    }

    [[nodiscard]] static Arguments arguments_of(const proto::NodeProto& call, const LocalFunction& function,
                                                const std::string& where) {
        Arguments arguments = function.defaults;
        const auto& known = function.proto->attribute();
        for (const auto& attribute : call.attribute()) {
            const bool is_known =
                function.defaults.contains(attribute.name()) || std::ranges::find(known, attribute.name()) != known.end();
            core::require(is_known, "{}: the function has no attribute '{}'", where, core::printable(attribute.name()));
            arguments[attribute.name()] = attribute;
        }
        return arguments;
    }

    /// Attributes that stand for one of the call; those of graphs inside too. One that the call leaves out is left out.
    static void set_references(proto::NodeProto& node, const Arguments& arguments, const std::string& where) {
        google::protobuf::RepeatedPtrField<proto::AttributeProto> kept;
        for (auto& attribute : *node.mutable_attribute()) {
            if (attribute.has_g()) {
                for (auto& inner : *attribute.mutable_g()->mutable_node()) set_references(inner, arguments, where);
            }
            const auto given = arguments.find(attribute.ref_attr_name());
            if (attribute.ref_attr_name().empty()) {
                *kept.Add() = std::move(attribute);
            } else if (given != arguments.end()) {
                const bool fits =
                    !attribute.has_type() || !given->second.has_type() || attribute.type() == given->second.type();
                core::require(fits, "{}: attribute '{}' has another type than node '{}' of the function reads", where,
                              core::printable(given->first), label_of(node));
                proto::AttributeProto& set = *kept.Add();
                set = given->second;
                set.set_name(attribute.name());
            }
        }
        node.mutable_attribute()->Swap(&kept);
    }

    OpsetVersion opset_;
    Functions functions_;
    Names taken_;
    std::vector<Key> open_;  ///< the functions that are being put in
    int made_ = 0;
};

}  // namespace

void inline_functions(proto::ModelProto& model) {
    if (model.functions().empty()) return;
    Inliner(model).run(*model.mutable_graph());
}

}  // namespace abut::onnx
