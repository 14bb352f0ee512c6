// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "abut/layout.hpp"
#include "abut/operations.hpp"
#include "graph/evaluate.hpp"
#include "ops/lower.hpp"

/// Runs one lowered step on a device, between canaries.
namespace abut::test {

using reference::Tensor;

/// Uniform in [low, high), the same for the same seed everywhere.
Tensor random_tensor(const Shape& shape, std::uint32_t seed, float low = -1, float high = 1);

/// Where a tensor lies in a buffer of its own: `offset` elements after the canary in front.
struct Placed {
    Layout layout;
    std::int64_t offset = 0;
};

/// The part of `whole` along `axis` that begins at `begin` and has `shape`, moved by `offset` elements.
Placed placed_in(const Layout& whole, const Shape& shape, int axis, std::int64_t begin, std::int64_t offset = 0);

struct StepInput {
    Tensor tensor;
    Placed placed;             ///< of an input that is no constant
    bool is_constant = false;  ///< a constant of the graph, which is packed
};

using Lowering = ops::LoweredStep (*)(const ops::StepSpec&, const DeviceProfile&);

struct StepResult {
    std::vector<Tensor> outputs;
    std::string damage;  ///< where bytes outside the outputs' views changed; empty if none did
};

/// The device that kernel tests run on: the environment's ABUT_TEST_DEVICE, or "opencl:0". Opened once.
const Device& test_device();

/// Lowers, builds and runs one step. Every byte that is not an input's element is a NaN beforehand; views claim the
/// alignment that their offset gives them.
StepResult run_step(const Operation& operation, const std::vector<StepInput>& inputs, const std::vector<Placed>& outputs,
                    Lowering lowering = ops::lower);

/// What differs most between `actual` and `expected` where |a - e| > atol + rtol * |e|, as text; empty if all is close.
std::string difference(const Tensor& actual, const Tensor& expected, float rtol = 1e-4F, float atol = 1e-5F);

}  // namespace abut::test
