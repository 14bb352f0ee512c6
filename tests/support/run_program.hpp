// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abut/program.hpp"
#include "graph/evaluate.hpp"
#include "program/check_run.hpp"

namespace abut::test {

struct ProgramResult {
    std::vector<reference::Tensor> outputs;  ///< in the order of Program::outputs
    std::string damage;                      ///< where memory outside the outputs' views changed; empty if none did
};

/// Runs the program once in `session`, its arena full of NaNs before, inputs and outputs in memory of their own between
/// canaries, at addresses that are as aligned as their ports promise and no more.
ProgramResult run_program(const Program& program, Session& session, const std::vector<reference::Tensor>& inputs);

/// What check_run() looks at, inputs and outputs as above. Throws what it throws.
programs::CheckReport check_steps(const Program& program, Session& session, const std::vector<reference::Tensor>& inputs,
                                  std::uint32_t seed);

/// Compiles and runs `graph` on `device` and compares with the reference evaluator; empty if all is well.
std::string check_graph(const Graph& graph, const Device& device, const CompileOptions& options, std::uint32_t seed = 1);
std::string check_graph(const Graph& graph, const Device& device, const CompileOptions& options,
                        const std::vector<reference::Tensor>& inputs);
/// The same, and check_steps(), whose exceptions pass.
std::string check_graph_and_steps(const Graph& graph, const Device& device, const CompileOptions& options,
                                  std::uint32_t seed);

}  // namespace abut::test
