// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace abut::test {

struct CommandResult {
    int exit_code = 0;   ///< 127 where no such program was found, 128 where a signal ended it
    std::string output;  ///< what it wrote to both its streams
};

/// Runs a program that is looked up in PATH and waits for it.
CommandResult run_command(const std::vector<std::string>& command);

}  // namespace abut::test
