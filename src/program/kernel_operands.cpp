// SPDX-License-Identifier: Apache-2.0
#include "program/kernel_operands.hpp"

#include <fmt/format.h>

#include <cstddef>

#include "core/fail.hpp"
#include "program/port_binding.hpp"
#include "program/specialised_kernel.hpp"

namespace abut::programs {
namespace {

/// A view with what messages call it.
struct NamedView {
    TensorView view;
    std::string name;
};

/// The views of the reads in their order; an empty one in the place of the weights.
std::vector<NamedView> ordered(const KernelRequest& request, const KernelArguments& arguments) {
    std::vector<NamedView> views{{arguments.input, "input"}};
    auto next = arguments.operands.begin();
    for (int i = 1; i < static_cast<int>(request.reads.size()); ++i) {
        if (i == request.weights) {
            views.push_back({{}, "weights"});
        } else if (i == request.first_bias && arguments.bias.buffer()) {
            views.push_back({arguments.bias, "bias"});
        } else if (next != arguments.operands.end()) {
            views.push_back({*next, fmt::format("operand {}", next - arguments.operands.begin())});
            ++next;
        } else {
            views.push_back({{}, i == request.first_bias ? "bias" : fmt::format("operand {}", i)});
        }
    }
    const bool takes_bias = request.first_bias < static_cast<int>(request.reads.size());
    if (arguments.bias.buffer() && !takes_bias) {
        core::fail_invalid("{}: bias: expected none, as the kernel has no further operand for it, found one",
                           name_of(request.operation));
    }
    core::require(next == arguments.operands.end(), "{}: expected {} views of operands, found {} more",
                  name_of(request.operation), next - arguments.operands.begin(), arguments.operands.end() - next);
    return views;
}

/// A vector {C} where the spec says {1, C, 1, 1}; other views as they are.
TensorView in_shape_of(const TensorView& view, const ViewSpec& spec) {
    if (!view.buffer() || view.layout().shape == spec.shape()) return view;
    if (view.layout().shape.rank() != 1 || element_count(view.layout().shape) != element_count(spec.shape())) return view;
    const auto layout = view.layout().reshape(spec.shape());
    return layout ? TensorView(view.buffer(), view.offset_bytes(), view.dtype(), *layout) : view;
}

Address bound(const NamedView& given, const ViewSpec& spec, std::string_view operation, const Device& device) {
    const auto where = fmt::format("{}: {}", operation, given.name);
    const auto view = in_shape_of(given.view, spec);
    require_promised(view, spec, where);
    return address_on(device, view, where);
}

}  // namespace

Address KernelOperands::packed(const std::string& key) const {
    const auto found = weights->offsets_bytes.find(key);
    core::require(found != weights->offsets_bytes.end(),
                  "weights: they were packed for another kernel; use pack() of this one");
    return {.memory = weights->buffer.memory(), .offset_bytes = found->second};
}

KernelOperands kernel_operands(const KernelRequest& request, const KernelArguments& arguments, const Device& device) {
    const auto name = name_of(request.operation);
    core::require((request.weights >= 0) == static_cast<bool>(arguments.weights), "{}: expected {} weights, found {}", name,
                  request.weights >= 0 ? "packed" : "no", arguments.weights ? "some" : "none");
    KernelOperands operands{.reads = {}, .output = {}, .weights = arguments.weights.state()};
    const auto views = ordered(request, arguments);
    for (std::size_t i = 0; i < views.size(); ++i) {
        const bool packed = static_cast<int>(i) == request.weights;
        operands.reads.push_back(packed ? Address{} : bound(views[i], request.reads[i], name, device));
    }
    operands.output = bound({arguments.output, "output"}, request.output, name, device);
    return operands;
}

}  // namespace abut::programs
