// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "abut/program.hpp"
#include "ops/tile_choice.hpp"
#include "program/launch.hpp"
#include "program/persistent_slot.hpp"

namespace abut::programs {

/// A launch and the packed constants that its arguments refer to.
struct StepVariant {
    Launch launch;
    std::vector<Address> constants;
};

/// A step of the plan as it runs.
struct CompiledStep {
    StepVariant promised;                  ///< relies on the alignment that ports promise
    std::optional<StepVariant> unaligned;  ///< relies on element alignment of ports; only where that makes another kernel
    std::vector<int> dependencies;         ///< earlier steps with tiles that must be done first
};

}  // namespace abut::programs

namespace abut::inline v0 {

struct Program::State {
    explicit State(Device on) : device(std::move(on)) {}

    Device device;
    std::vector<Port> inputs;  ///< of the graph that was compiled
    std::vector<Port> outputs;
    std::vector<SharedPorts> shared_ports;  ///< those that the plan took
    Graph graph;
    CostModel cost_model;
    Plan plan;
    int variant_budget = 0;                     ///< CompileOptions::variant_budget
    ops::TileTable tiles;                       ///< those of steps whose estimate a measurement replaced
    std::vector<programs::CompiledStep> steps;  ///< one a step of the plan
    /// All of them in one kernel; null where they are launched one by one.
    std::shared_ptr<programs::PersistentSlot> persistent;
    ProgramStatistics statistics;
};

}  // namespace abut::inline v0
