// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "abut/program.hpp"
#include "core/tolerance.hpp"

namespace abut::programs {

/// A step that does not give what the other program's gives.
struct StepDifference {
    int step = 0;            ///< of the plan
    std::string kernel;      ///< entry point of the variant that ran
    std::string value;       ///< what the step writes, or a part of it
    std::int64_t wrong = 0;  ///< elements of it that differ by more than the tolerance
    Dims element{};          ///< the index of the one that differs most
    double found = 0;
    double expected = 0;
    /// "byte 64 of the arena", where the step changed something that it should not touch; else empty.
    std::string outside{};

    [[nodiscard]] double difference() const;  ///< infinite where one of the two is no number
};

struct ComparedRuns {
    int steps = 0;
    int kernels = 0;                          ///< different variants that ran
    std::vector<StepDifference> differences;  ///< in the order of the plan
};

/// A session and the memory that its run binds.
struct BoundSession {
    Session& session;
    std::span<const Binding> inputs;
    std::span<const Binding> outputs;
};

/// Runs two programs of one plan step by step, in the plan's order and in memory that holds the same: the arena and outputs
/// NaN at first, inputs the same values, which the caller sees to. After each step what it has written is compared, and
/// `checked` then goes on with what `expected` has, so that a step answers for itself alone. Blocks; needs host memory for
/// two copies of what each touches. `before` is told of each launch, which may be the process's last. Throws as
/// Session::enqueue does.
ComparedRuns compare_runs(const BoundSession& checked, const BoundSession& expected, const core::Tolerance& tolerance = {},
                          const std::function<void(int step, const std::string& kernel)>& before = {});

}  // namespace abut::programs
