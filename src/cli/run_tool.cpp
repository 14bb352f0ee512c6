// SPDX-License-Identifier: Apache-2.0
#include "cli/run_tool.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/fail.hpp"
#include "jit/descriptor.hpp"

namespace abut::cli {

namespace {

constexpr int not_found_code = 127;

[[noreturn]] void fail_of_system(const char* doing) {
    core::fail(ErrorCode::IO, "can't {}: {}", doing, std::generic_category().message(errno));
}

/// In the child process, where nothing may be allocated: never returns.
[[noreturn]] void become(std::vector<char*>& arguments, int output) {
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::execvp(arguments[0], arguments.data());
    ::_exit(not_found_code);
}

std::string read_to_end(int file) {
    std::string text;
    std::array<char, 1 << 16> part{};
    while (true) {
        const auto got = ::read(file, part.data(), part.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return text;
        text.append(part.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace

ScratchFile::ScratchFile(std::span<const std::byte> bytes)
    : path_((std::filesystem::temp_directory_path() / "abut-XXXXXX").string()) {
    jit::Descriptor file(::mkostemp(path_.data(), O_CLOEXEC));
    if (!file.is_open()) fail_of_system("make a temporary file");
    while (!bytes.empty()) {
        const auto written = ::write(file.number(), bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            static_cast<void>(::unlink(path_.c_str()));
            fail_of_system("write a temporary file");
        }
        if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

ScratchFile::~ScratchFile() {
    static_cast<void>(::unlink(path_.c_str()));
}

std::optional<std::string> output_of_tool(const std::vector<std::string>& command) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail_of_system("make a pipe");
    const jit::Descriptor reading(ends[0]);
    jit::Descriptor writing(ends[1]);
    std::vector<char*> arguments;
    for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    const auto child = ::fork();
    if (child < 0) fail_of_system("start a process");
    if (child == 0) become(arguments, writing.number());
    static_cast<void>(writing.close());
    auto text = read_to_end(reading.number());
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (WIFEXITED(status) && WEXITSTATUS(status) == not_found_code) return std::nullopt;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        core::fail(ErrorCode::IO, "{} failed on the machine code, status {}", command.front(), status);
    return text;
}

}  // namespace abut::cli
