// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "onnx/proto_forward.hpp"

namespace abut::onnx {

using Names = std::unordered_set<std::string>;

/// The names of values that `graph` defines or reads, those of graphs inside it included.
void add_names(const proto::GraphProto& graph, Names& names);

/// The names that `node` reads: its inputs, then what the graphs in its attributes read and do not define.
std::vector<std::string> names_read(const proto::NodeProto& node);

/// Gives the values of a graph or function that is put into another one names that no other value has.
class ScopedNames {
public:
    /// Own names begin with `prefix`; `taken` gets them.
    ScopedNames(std::string prefix, Names& taken) : prefix_(std::move(prefix)), taken_(taken) {}

    /// From now on `name` is the value that is called `outer` outside; an empty one is a value that was left out.
    void bind(const std::string& name, const std::string& outer) { names_[name] = outer; }
    /// `name` is a value of the scope's own.
    void define(const std::string& name);
    /// What nodes and constants of `graph` define, and those of graphs inside it.
    void define_all(const proto::GraphProto& graph);

    /// Renames in place; names that are neither bound nor defined are those of the surroundings.
    void apply(proto::NodeProto& node) const;
    void apply(proto::GraphProto& graph) const;
    [[nodiscard]] const std::string& renamed(const std::string& name) const;

private:
    std::string prefix_;
    Names& taken_;
    std::unordered_map<std::string, std::string> names_;
};

}  // namespace abut::onnx
