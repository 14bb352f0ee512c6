// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "abut/plan.hpp"
#include "device/backend.hpp"
#include "program/launch.hpp"
#include "program/program_state.hpp"

namespace abut::programs {

/// Where the roots of a plan lie in one session.
struct Memories {
    Address arena;
    std::vector<Address> inputs;  ///< one a port of the graph; empty before the first run
    std::vector<Address> outputs;

    [[nodiscard]] Address address_of(const PlannedView& view, const Plan& plan) const;
};

/// One step of a session: its kernels with their arguments. What does not depend on ports is set once.
class StepRunner {
public:
    /// `compiled`, `step` and `plan` outlive the object.
    StepRunner(const CompiledStep& compiled, const Step& step, const Plan& plan, const Memories& memories);

    /// Picks the variant that the addresses of the ports allow and sets its arguments.
    void bind_ports(const Memories& memories);
    /// Enqueues the step; it must have tiles.
    std::shared_ptr<device::EventBackend> launch(device::QueueBackend& queue,
                                                 std::span<const std::shared_ptr<device::EventBackend>> wait, bool signal);
    /// False: there is nothing to compute.
    [[nodiscard]] bool has_tiles() const { return compiled_->promised.launch.tiles > 0; }
    /// Of kernel().
    [[nodiscard]] device::LaunchShape shape() const;
    /// The kernel that bind_ports chose.
    [[nodiscard]] device::Kernel& kernel() const { return *chosen_; }
    /// Whether kernel() is that which relies on what ports promise.
    [[nodiscard]] bool is_promised() const { return chosen_ == promised_.kernel.get(); }
    /// Whether kernel() or its arguments are others than at the last keep().
    [[nodiscard]] bool has_changed() const { return has_changed_; }
    void keep() { has_changed_ = false; }
    [[nodiscard]] const std::vector<int>& dependencies() const { return compiled_->dependencies; }

private:
    /// A pointer argument in a root that runs bind anew.
    struct PortSlot {
        const PointerSlot* slot;
        const PlannedView* view;
        std::weak_ptr<device::Memory> memory;  ///< what it is bound to, which a session does not keep
        std::int64_t offset_bytes = 0;
    };
    struct Instance {
        std::unique_ptr<device::Kernel> kernel;
        std::vector<PortSlot> ports;
    };
    [[nodiscard]] Instance instantiate(const StepVariant& variant, const Memories& memories) const;
    [[nodiscard]] const PlannedView& view_of(const ops::Argument& argument) const;
    void bind(Instance& instance, PortSlot& port, const Memories& memories);
    [[nodiscard]] bool fits(const Instance& instance, const Memories& memories) const;

    const CompiledStep* compiled_;
    const Step* step_;
    const Plan* plan_;
    Instance promised_;
    Instance unaligned_;
    device::Kernel* chosen_ = nullptr;
    bool has_changed_ = true;
};

}  // namespace abut::programs
