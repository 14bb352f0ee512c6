// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "abut/device_profile.hpp"
#include "abut/layout.hpp"
#include "abut/operations.hpp"
#include "ops/kernel_spec.hpp"
#include "ops/tile.hpp"

namespace abut::ops {

/// One tensor that a step touches: what is known of its view when kernels are specialised.
struct Operand {
    ViewSpec spec;     ///< alignment is what the variant may rely on
    ValueId constant;  ///< index >= 0: a constant of the graph, row-major; must be bound as Packed
};

/// What is lowered: an operation with its operands, in the order of Node::inputs and Node::outputs.
struct StepSpec {
    Operation operation;
    std::vector<Operand> reads;
    std::vector<Operand> writes;
    int segments = 0;  ///< so many reads at the end go on with input 0, of which the first read has the first part
    int stores = 0;    ///< so many writes at the end get output 0 as well
    Tile tile{};       ///< of convolutions, and of products with a constant
};

/// The kernel, arguments and packed constants of one step. Pure and thread-safe. Throws Unsupported, with the operation and
/// what was found, for views that OpTraits would have refused.
LoweredStep lower(const StepSpec& step, const DeviceProfile& device);

// One function an operation; each lives in the file of its stem.
LoweredStep lower_conv2d(const StepSpec& step, const DeviceProfile& device);
LoweredStep lower_conv_transpose2d(const StepSpec& step, const DeviceProfile& device);
LoweredStep lower_dense(const StepSpec& step, const DeviceProfile& device);
LoweredStep lower_elementwise(const StepSpec& step, const DeviceProfile& device);
LoweredStep lower_pool2d(const StepSpec& step, const DeviceProfile& device);
LoweredStep lower_reduce(const StepSpec& step, const DeviceProfile& device);
LoweredStep lower_softmax(const StepSpec& step, const DeviceProfile& device);
LoweredStep lower_resize(const StepSpec& step, const DeviceProfile& device);
LoweredStep lower_pad(const StepSpec& step, const DeviceProfile& device);
LoweredStep lower_cast(const StepSpec& step, const DeviceProfile& device);
LoweredStep lower_copy(const StepSpec& step, const DeviceProfile& device);  ///< also transpose, slice with steps

}  // namespace abut::ops
