// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "abut/program.hpp"
#include "cli/load_model.hpp"
#include "program/check_run.hpp"
#include "program/compare_runs.hpp"
#include "program/profile_run.hpp"
#include "program/tune_tiles.hpp"

namespace abut::cli {

/// A compiled model with memory for its inputs and outputs.
class ModelRunner {
public:
    /// Compiles `graph`, with a progress bar, and sets every input: to its value, else to uniform numbers in [0, 1) that
    /// depend on the input's position and shape alone (integers to 0).
    ModelRunner(Graph graph, const Device& device, const CompileOptions& options, const InputValues& values);
    ModelRunner(Program program, const InputValues& values);

    void run() { session_.run(inputs_, outputs_); }
    /// The --check of the command line. Throws with the step, the value and the byte of what it finds.
    programs::CheckReport check() { return programs::check_run(session_, inputs_, outputs_); }
    /// Against a program of the same plan with the same inputs.
    programs::ComparedRuns compare(ModelRunner& expected, const core::Tolerance& tolerance,
                                   const std::function<void(int step, const std::string& kernel)>& before) {
        return programs::compare_runs({session_, inputs_, outputs_},
                                      {expected.session_, expected.inputs_, expected.outputs_}, tolerance, before);
    }
    /// Of a program that was compiled as timed.
    programs::RunProfile profile(int runs) { return programs::profile_run(session_, inputs_, outputs_, runs); }
    /// The same, of one run, by steps.
    programs::StepCycles run_steps() { return programs::run_steps(session_, inputs_, outputs_); }
    [[nodiscard]] const Program& program() const noexcept { return program_; }
    /// Output `index` of the graph. Integers come as Int64, as they do from ONNX files.
    [[nodiscard]] HostTensor output(std::size_t index) const;

private:
    Program program_;
    Session session_;
    std::vector<Binding> inputs_;
    std::vector<Binding> outputs_;
};

}  // namespace abut::cli
