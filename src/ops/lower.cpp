// SPDX-License-Identifier: Apache-2.0
#include "ops/lower.hpp"

#include <fmt/format.h>

#include <variant>

#include "abut/error.hpp"

namespace abut::ops {
namespace {

struct Lowering {
    const StepSpec& step;
    const DeviceProfile& device;

    LoweredStep operator()(const Conv2d&) const { return lower_conv2d(step, device); }
    LoweredStep operator()(const ConvTranspose2d&) const { return lower_conv_transpose2d(step, device); }
    LoweredStep operator()(const Dense&) const { return lower_dense(step, device); }
    LoweredStep operator()(const Elementwise&) const { return lower_elementwise(step, device); }
    LoweredStep operator()(const Pool2d&) const { return lower_pool2d(step, device); }
    LoweredStep operator()(const Reduce&) const { return lower_reduce(step, device); }
    LoweredStep operator()(const Softmax&) const { return lower_softmax(step, device); }
    LoweredStep operator()(const Resize&) const { return lower_resize(step, device); }
    LoweredStep operator()(const Pad&) const { return lower_pad(step, device); }
    LoweredStep operator()(const Cast&) const { return lower_cast(step, device); }
    LoweredStep operator()(const Copy&) const { return lower_copy(step, device); }
    LoweredStep operator()(const Transpose&) const { return lower_copy(step, device); }
    LoweredStep operator()(const Slice&) const { return lower_copy(step, device); }

    template <class Other>
    LoweredStep operator()(const Other&) const {
        throw Error(ErrorCode::Unsupported,
                    fmt::format("{} has no kernel: a pass or the plan must have replaced it", name_of(step.operation)));
    }
};

}  // namespace

LoweredStep lower(const StepSpec& step, const DeviceProfile& device) {
    return std::visit(Lowering{step, device}, step.operation);
}

}  // namespace abut::ops
