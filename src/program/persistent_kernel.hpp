// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "abut/program.hpp"
#include "jit/kernel_cache.hpp"
#include "program/launch.hpp"
#include "program/weight_requests.hpp"

namespace abut::programs {

/// Memory that arguments of steps lie in: the arena, packed constants, or a port of the graph.
struct Base {
    enum class Kind : std::uint8_t { Arena, Constants, Input, Output };
    Kind kind = Kind::Arena;
    int port = -1;                              ///< of an input or output
    std::shared_ptr<device::Memory> constants;  ///< of Constants
    bool operator==(const Base&) const = default;
};

/// How the persistent kernel computes one step: by which of its functions, with which arguments (kernels/cpu/persistent.cl).
struct StepCall {
    std::int64_t function = 0;
    std::vector<std::int64_t> arguments;
};

/// A step that has tiles.
struct PersistentStep {
    int step = 0;  ///< of the plan
    std::int64_t tiles = 0;
    StepCall promised;
    std::optional<StepCall> unaligned;  ///< as CompiledStep::unaligned
    std::vector<int> dependencies;      ///< earlier ones of this list
};

/// What a persistent kernel is built from. Needs neither the graph nor the plan any more.
struct PersistentSpec {
    ops::KernelSpec kernel;
    std::vector<Base> bases;
    std::vector<PersistentStep> steps;
    bool timed = false;
    std::int64_t spins = 0;  ///< of PersistentKernel
};

/// All steps of a program in one kernel, whose workers take tiles from them. Immutable.
struct PersistentKernel {
    Launch run;     ///< one group a worker; its pointers are the records, the counters and the bases
    Launch finish;  ///< one worker that does what the others have left
    std::vector<Base> bases;
    std::vector<PersistentStep> steps;
    bool timed = false;  ///< notes when each tile was computed
    /// How often a worker looks whether tiles of others are done before it leaves the run to them: for about a millisecond
    /// longer than a tile may take. On a machine with other work it may be in the way of the very thread that it waits for.
    std::int64_t spins = 0;
};

/// Whether the device runs persistent kernels: one whose work-groups have a processor each.
bool has_persistent_kernels(const Device& device);

/// Of a program whose steps are compiled; `steps` are those that it was compiled from. Nothing where no step has tiles or a
/// kernel can't have as many arguments as there are ports.
std::optional<PersistentSpec> persistent_spec(const std::vector<LoweredVariants>& steps, const Program::State& program,
                                              bool timed);

/// Throws as KernelCache::get.
PersistentKernel build_persistent(PersistentSpec spec, const Device& device, const jit::BuildOptions& options,
                                  jit::BuildReport& report);

}  // namespace abut::programs
