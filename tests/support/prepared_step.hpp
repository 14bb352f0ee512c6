// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "abut/layout.hpp"
#include "abut/operations.hpp"
#include "graph/evaluate.hpp"
#include "jit/kernel_cache.hpp"
#include "ops/lower.hpp"

/// One lowered step, apart from the building of its kernel, so that many can share a program.
namespace abut::test {

using reference::Tensor;

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

using Lowering = std::function<ops::LoweredStep(const ops::StepSpec&, const DeviceProfile&)>;

struct StepResult {
    std::vector<Tensor> outputs;
    std::string damage;  ///< where bytes outside the outputs' views changed; empty if none did
};

class PreparedStep {
public:
    /// Lowers; views claim the alignment that their offset gives them.
    PreparedStep(const Device& device, const Operation& operation, std::vector<StepInput> inputs,
                 std::vector<Placed> outputs, const Lowering& lowering = ops::lower);

    [[nodiscard]] const ops::KernelSpec& kernel() const noexcept { return lowered_.spec; }
    /// Runs it with `compiled`, which was built of kernel(). Every byte that is not an input's element is a NaN beforehand.
    /// On a device that has an order of work-items for each queue it runs twice, and different bits are damage.
    [[nodiscard]] StepResult run(const jit::CompiledKernel& compiled) const;

private:
    struct Memory;
    [[nodiscard]] StepResult run_once(const jit::CompiledKernel& compiled) const;
    [[nodiscard]] Memory upload(const Queue& queue) const;
    void bind(device::Kernel& kernel, const Memory& memory) const;
    [[nodiscard]] StepResult download(const Queue& queue, const Memory& memory) const;

    Device device_;
    std::vector<StepInput> inputs_;
    std::vector<Placed> outputs_;
    DType reads_;   ///< of all inputs
    DType writes_;  ///< of all outputs
    ops::LoweredStep lowered_;
};

}  // namespace abut::test
