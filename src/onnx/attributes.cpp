// SPDX-License-Identifier: Apache-2.0
#include "onnx/attributes.hpp"

#include "core/fail.hpp"
#include "core/printable.hpp"
#include "onnx/proto.hpp"

namespace abut::onnx {

namespace {

void require_type(bool holds, std::string_view name, std::string_view expected) {
    core::require(holds, "attribute '{}' must be {}", name, expected);
}

}  // namespace

Attributes::Attributes(const proto::NodeProto& node) {
    for (const auto& attribute : node.attribute()) {
        const bool first = found_.emplace(attribute.name(), Entry{&attribute, false}).second;
        core::require(first, "attribute '{}' is given twice", core::printable(attribute.name()));
    }
}

const proto::AttributeProto* Attributes::find(std::string_view name) {
    const auto found = found_.find(name);
    if (found == found_.end()) return nullptr;
    found->second.read = true;
    return found->second.attribute;
}

std::int64_t Attributes::integer(std::string_view name, std::int64_t otherwise) {
    const auto* attribute = find(name);
    if (attribute == nullptr) return otherwise;
    require_type(attribute->has_i(), name, "an integer");
    return attribute->i();
}

float Attributes::real(std::string_view name, float otherwise) {
    const auto* attribute = find(name);
    if (attribute == nullptr) return otherwise;
    require_type(attribute->has_f(), name, "a float");
    return attribute->f();
}

std::string Attributes::text(std::string_view name, std::string_view otherwise) {
    const auto* attribute = find(name);
    if (attribute == nullptr) return std::string(otherwise);
    require_type(attribute->has_s(), name, "a string");
    return attribute->s();
}

std::optional<std::vector<std::int64_t>> Attributes::integers(std::string_view name) {
    const auto* attribute = find(name);
    if (attribute == nullptr) return std::nullopt;
    require_type(attribute->floats().empty() && !attribute->has_i() && !attribute->has_t(), name, "a list of integers");
    return std::vector<std::int64_t>(attribute->ints().begin(), attribute->ints().end());
}

std::optional<std::vector<float>> Attributes::reals(std::string_view name) {
    const auto* attribute = find(name);
    if (attribute == nullptr) return std::nullopt;
    require_type(attribute->ints().empty() && !attribute->has_f() && !attribute->has_t(), name, "a list of floats");
    return std::vector<float>(attribute->floats().begin(), attribute->floats().end());
}

const proto::TensorProto* Attributes::tensor(std::string_view name) {
    const auto* attribute = find(name);
    if (attribute == nullptr) return nullptr;
    require_type(attribute->has_t(), name, "a tensor");
    return &attribute->t();
}

const proto::GraphProto* Attributes::graph(std::string_view name) {
    const auto* attribute = find(name);
    if (attribute == nullptr) return nullptr;
    require_type(attribute->has_g(), name, "a graph");
    return &attribute->g();
}

void Attributes::require_all_read() const {
    for (const auto& [name, entry] : found_) {
        if (!entry.read) core::fail(ErrorCode::Unsupported, "attribute '{}' is unsupported", core::printable(name));
    }
}

}  // namespace abut::onnx
