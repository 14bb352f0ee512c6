// SPDX-License-Identifier: Apache-2.0
#include "support/host_compiler.hpp"

#include <algorithm>
#include <initializer_list>
#include <span>

#include "core/fail.hpp"
#include "core/hash.hpp"
#include "support/file_bytes.hpp"
#include "support/run_command.hpp"

namespace abut::test {
namespace {

constexpr const char* compiler = "clang-14";
constexpr const char* functions_file = ABUT_SOURCE_DIR "/tests/support/opencl_functions/functions.cpp";

// Caller and callee of a vector are always of one object, so that it may be passed as this compiler likes.
constexpr std::initializer_list<const char*> common_options = {"-O1", "-fPIC", "-Wno-psabi"};
constexpr std::initializer_list<const char*> kernel_options = {"-x", "cl", "-cl-std=CL1.2", "-Xclang",
                                                               "-finclude-default-header"};
// A function that is not there is an error of the build, and one that is there comes from the object itself.
constexpr std::initializer_list<const char*> link_options = {"-shared", "-Wl,-z,defs", "-Wl,-Bsymbolic"};

void append(std::vector<std::string>& command, std::initializer_list<const char*> options) {
    command.insert(command.end(), options.begin(), options.end());
}

void run_compiler(std::initializer_list<const char*> options, std::initializer_list<std::string> files) {
    std::vector<std::string> command{compiler};
    append(command, common_options);
    append(command, options);
    command.insert(command.end(), files);
    const auto result = run_command(command);
    if (result.exit_code == 0) return;
    core::fail(ErrorCode::Compiler, "{} refused a program: {}", compiler, result.output);
}

std::string functions_object(const TemporaryDirectory& folder) {
    return folder.path() + "/functions.o";
}

std::string option_text() {
    std::string text;
    for (const auto& options : {common_options, kernel_options, link_options}) {
        for (const auto* option : options) text += std::string(text.empty() ? "" : " ") + option;
    }
    return text;
}

}  // namespace

HostCompiler::HostCompiler() {
    auto [exit_code, version] = run_command({compiler, "--version"});
    if (exit_code != 0) {
        core::fail(ErrorCode::Unsupported, "no {} is installed (Debian's package of that name), which the host device needs",
                   compiler);
    }
    std::ranges::replace(version, '\n', ' ');
    identity_ = fmt::format("compiler={}\noptions={}\nfunctions={}\n", version, option_text(),
                            core::hash_hex(file_text(functions_file)));
    run_compiler({"-c"}, {functions_file, "-o", functions_object(folder_)});
}

std::vector<std::byte> HostCompiler::compile(const std::string& source) const {
    const TemporaryDirectory folder;
    const auto program = folder.path() + "/program.cl";
    const auto kernels = folder.path() + "/kernels.o";
    const auto linked = folder.path() + "/program.so";
    write_file(program, std::as_bytes(std::span(source)));
    run_compiler(kernel_options, {"-c", program, "-o", kernels});
    run_compiler(link_options, {kernels, functions_object(folder_), "-lm", "-o", linked});
    return file_bytes(linked);
}

}  // namespace abut::test
