// SPDX-License-Identifier: Apache-2.0
#include "cli/cache_machine_code.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "cli/run_tool.hpp"
#include "core/fail.hpp"

namespace abut::cli {

namespace {

constexpr std::string_view elf_magic =
    "\x7f"
    "ELF";
constexpr std::string_view pocl_magic = "poclbin";
constexpr std::size_t elf_machine_offset = 18;
constexpr std::byte cuda_machine{190};  // EM_CUDA in the ELF header

std::string_view text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A file in PoCL's binary stands behind its path and its size of 4 bytes: the last one called KERNEL.so, which serves every
/// launch; an earlier one is for small launches.
std::optional<std::span<const std::byte>> shared_object_of(std::span<const std::byte> binary, const std::string& kernel) {
    const auto text = text_of(binary);
    const std::string name = "/" + kernel + ".so";
    auto end = std::string_view::npos;
    while (true) {
        const auto at = text.rfind(name, end);
        if (at == std::string_view::npos) return std::nullopt;
        const auto begin = at + name.size() + sizeof(std::uint32_t);
        std::uint32_t size = 0;
        if (begin <= text.size()) std::memcpy(&size, text.data() + at + name.size(), sizeof size);
        if (begin <= text.size() && size <= text.size() - begin && text.substr(begin).starts_with(elf_magic))
            return binary.subspan(begin, size);
        if (at == 0) return std::nullopt;
        end = at - 1;
    }
}

std::string disassembled(const std::vector<std::string>& command, std::span<const std::byte> file, const char* package) {
    const ScratchFile scratch(file);
    auto with_file = command;
    with_file.push_back(scratch.path());
    auto text = output_of_tool(with_file);
    if (!text) core::fail(ErrorCode::Unsupported, "{} was not found: install {}", command.front(), package);
    // The name of a file that is gone by then.
    if (const auto at = text->find(scratch.path()); at != std::string::npos)
        text->replace(at, scratch.path().size(), "machine code");
    return *std::move(text);
}

}  // namespace

std::string machine_code_text(std::span<const std::byte> binary, const std::string& kernel) {
    const auto text = text_of(binary);
    if (text.starts_with(pocl_magic)) {
        const auto object = shared_object_of(binary, kernel);
        if (!object)
            core::fail(ErrorCode::Unsupported, "what PoCL stored has no machine code of '{}': expected a file {}.so in it",
                       kernel, kernel);
        return disassembled({"objdump", "--disassemble", "--demangle", "--no-show-raw-insn"}, *object,
                            "Debian's package binutils");
    }
    const bool is_elf = text.starts_with(elf_magic) && binary.size() > elf_machine_offset;
    if (is_elf && binary[elf_machine_offset] == cuda_machine)
        return disassembled({"nvdisasm", "--print-code"}, binary, "NVIDIA's package cuda-nvdisasm");
    if (text.find(".version") < text.find(".target") && text.find(".target") != std::string_view::npos)
        return std::string(text.substr(0, text.find('\0')));
    core::fail(
        ErrorCode::Unsupported,
        "the binary is neither PoCL's nor CUDA's: its driver's tools read it from byte binary_offset of the file, which "
        "`abut cache show --json` says");
}

}  // namespace abut::cli
