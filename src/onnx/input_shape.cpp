// SPDX-License-Identifier: Apache-2.0
#include "onnx/input_shape.hpp"

#include "core/checked.hpp"
#include "core/printable.hpp"
#include "onnx/proto.hpp"

namespace abut::onnx {

namespace {

const Shape* given_shape(const OnnxOptions& options, const std::string& name) {
    const auto shape = options.shapes.find(name);
    if (shape != options.shapes.end()) return &shape->second;
    const auto value = options.values.find(name);
    return value == options.values.end() ? nullptr : &value->second.shape;
}

void require_countable(const std::string& input, const Shape& shape) {
    constexpr std::int64_t widest_element_bytes = 8;
    try {
        core::checked_multiply(element_count(shape), widest_element_bytes);
    } catch (const Error& error) {
        core::fail(error.code(), "input '{}' of shape {}: {}", input, to_string(shape), error.what());
    }
}

// "1x3x?x?", a symbol where the model has one.
std::string declared_text(const proto::TensorShapeProto& shape) {
    std::string text;
    for (const auto& dim : shape.dim()) {
        if (!text.empty()) text += 'x';
        text += dim.has_dim_value()       ? fmt::format("{}", dim.dim_value())
                : dim.dim_param().empty() ? "?"
                                          : core::printable(dim.dim_param());
    }
    return text.empty() ? "scalar" : text;
}

}  // namespace

Shape InputShapes::resolve(const proto::ValueInfoProto& input) {
    const std::string name = core::printable(input.name());
    const auto& type = input.type().tensor_type();
    const Shape* given = given_shape(*options_, input.name());
    if (!type.has_shape()) {
        core::require(given != nullptr, "input '{0}' has no shape in the model; give it one (--shape {0}=1x3x224x224)",
                      name);
        return *given;
    }
    const int rank = type.shape().dim_size();
    core::require(rank <= Dims::max_rank, "input '{}' has {} axes; {} are the most", name, rank, Dims::max_rank);
    core::require(given == nullptr || given->rank() == rank, "input '{}' has {} axes in the model ({}), but {} was given",
                  name, rank, declared_text(type.shape()), given == nullptr ? "" : to_string(*given));
    Shape shape;
    for (int axis = 0; axis < rank; ++axis) shape.push_back(resolve_axis(input, axis));
    require_countable(name, shape);
    return shape;
}

std::int64_t InputShapes::resolve_axis(const proto::ValueInfoProto& input, int axis) {
    const std::string name = core::printable(input.name());
    const auto& declared = input.type().tensor_type().shape();
    const auto& dim = declared.dim(axis);
    const Shape* given = given_shape(*options_, input.name());
    if (dim.has_dim_value() && dim.dim_value() >= 0) {
        const bool may_differ = given == nullptr || options_->shapes.contains(input.name());
        core::require(may_differ || (*given)[axis] == dim.dim_value(),
                      "input '{}' has shape {} in the model, but {} was given", name, declared_text(declared),
                      given == nullptr ? "" : to_string(*given));
        return given == nullptr ? dim.dim_value() : (*given)[axis];
    }
    if (given != nullptr) return symbols_[dim.dim_param()] = (*given)[axis];
    if (const auto known = symbols_.find(dim.dim_param()); known != symbols_.end() && !dim.dim_param().empty())
        return known->second;
    core::require(axis == 0, "input '{0}' has an open extent on axis {1} ({2}); give its shape (--shape {0}=...)", name,
                  axis, declared_text(declared));
    if (options_->log)
        options_->log(fmt::format("input '{}': axis 0 of {} is open and becomes 1", name, declared_text(declared)));
    return symbols_[dim.dim_param()] = 1;
}

}  // namespace abut::onnx
