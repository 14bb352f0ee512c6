// SPDX-License-Identifier: Apache-2.0
#include "support/run_command.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include "support/file_bytes.hpp"
#include "support/temporary_directory.hpp"

namespace abut::test {
namespace {

constexpr int not_found = 127;
constexpr int ended_by_signal = 128;

/// Both output streams of a child go to one file.
class OutputToFile {
public:
    explicit OutputToFile(const std::string& path) {
        constexpr mode_t owner_only = 0600;
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, path.c_str(), O_WRONLY | O_CREAT, owner_only);
        posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
    }
    ~OutputToFile() { posix_spawn_file_actions_destroy(&actions_); }
    OutputToFile(const OutputToFile&) = delete;
    OutputToFile& operator=(const OutputToFile&) = delete;
    [[nodiscard]] const posix_spawn_file_actions_t* actions() const noexcept { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

int exit_code_of(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) throw std::runtime_error("a child process is lost");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : ended_by_signal;
}

}  // namespace

CommandResult run_command(const std::vector<std::string>& command) {
    const TemporaryDirectory folder;
    const auto log = folder.path() + "/log";
    std::vector<char*> arguments;
    for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    const OutputToFile output(log);
    pid_t child = 0;
    if (::posix_spawnp(&child, arguments.front(), output.actions(), nullptr, arguments.data(), environ) != 0) {
        return {.exit_code = not_found, .output = command.front() + " can't be run"};
    }
    const int exit_code = exit_code_of(child);
    return {.exit_code = exit_code, .output = file_text(log)};
}

}  // namespace abut::test
