// SPDX-License-Identifier: Apache-2.0
#include "support/emulated_compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "core/fail.hpp"
#include "core/hash.hpp"
#include "support/file_bytes.hpp"
#include "support/run_command.hpp"
#include "support/temporary_directory.hpp"

namespace abut::test {
namespace {

constexpr const char* compiler = "g++";
constexpr const char* folder_of_headers = ABUT_SOURCE_DIR "/tests/support/emulated_cuda";

constexpr std::initializer_list<const char*> options = {
    "-std=c++17",
    "-O1",
    "-fPIC",
    "-shared",
    "-fvisibility=hidden",
    "-Wl,-Bsymbolic",
    "-ffp-contract=off",
    // A variable of a kernel changes at a barrier.
    "-fno-ipa-reference",
    "-fsanitize=alignment",
#if defined(__SANITIZE_ADDRESS__)
    "-fsanitize=address",
    "-fsanitize-sections=local_memory*",
#else
    "-Wl,-z,defs",
#endif
};

std::string header(const char* name) {
    return std::string(folder_of_headers) + "/" + name;
}

}  // namespace

EmulatedCompiler::EmulatedCompiler() {
    auto [exit_code, version] = run_command({compiler, "--version"});
    if (exit_code != 0) {
        core::fail(ErrorCode::Unsupported, "no {} is installed (Debian's package of that name), which emulated CUDA needs",
                   compiler);
    }
    std::ranges::replace(version, '\n', ' ');
    identity_ = fmt::format("compiler={}\noptions={}\nheaders={}\n", version, fmt::join(options, " "),
                            core::hash_hex(file_text(header("cuda.hpp")) + file_text(header("state.hpp"))));
}

std::vector<std::byte> EmulatedCompiler::compile(const std::string& source, std::span<const std::string> kernels) const {
    const TemporaryDirectory folder;
    const auto program = folder.path() + "/program.cpp";
    const auto linked = folder.path() + "/program.so";
    auto text = fmt::format("#include \"{}\"\n{}\n#line 1 \"signatures\"\n", header("cuda.hpp"), source);
    for (const auto& kernel : kernels) text += fmt::format("EMULATED_SIGNATURE({})\n", kernel);
    write_file(program, std::as_bytes(std::span(text)));
    std::vector<std::string> command{compiler};
    command.insert(command.end(), options.begin(), options.end());
    command.insert(command.end(), {program, "-o", linked});
    const auto result = run_command(command);
    if (result.exit_code != 0) core::fail(ErrorCode::Compiler, "{} refused a program: {}", compiler, result.output);
    return file_bytes(linked);
}

}  // namespace abut::test
