// SPDX-License-Identifier: Apache-2.0
#include "support/emulated_cubin.hpp"

#include <elf.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

namespace abut::test {
namespace {

/// An ELF file as it grows: after its header the contents of sections, then their table.
class ElfFile {
public:
    ElfFile() { add("", SHT_NULL, {}); }

    void add(const std::string& name, Elf64_Word type, std::span<const std::byte> contents) {
        Elf64_Shdr section{};
        section.sh_name = static_cast<Elf64_Word>(names_.size());
        section.sh_type = type;
        section.sh_offset = sizeof(Elf64_Ehdr) + contents_.size();
        section.sh_size = contents.size();
        sections_.push_back(section);
        names_ += name + '\0';
        contents_.insert(contents_.end(), contents.begin(), contents.end());
    }

    std::vector<std::byte> finish() && {
        constexpr Elf64_Half machine_cuda = 190;
        const std::string name = ".shstrtab";
        const auto names = names_ + name + '\0';
        add(name, SHT_STRTAB, std::as_bytes(std::span(names)));
        constexpr unsigned char magic[] = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT};
        Elf64_Ehdr header{};
        std::ranges::copy(magic, std::begin(header.e_ident));
        header.e_machine = machine_cuda;
        header.e_shoff = sizeof(Elf64_Ehdr) + contents_.size();
        header.e_shentsize = sizeof(Elf64_Shdr);
        header.e_shnum = static_cast<Elf64_Half>(sections_.size());
        header.e_shstrndx = static_cast<Elf64_Half>(sections_.size() - 1);
        const auto head = std::as_bytes(std::span(&header, 1));
        std::vector<std::byte> file(head.begin(), head.end());
        file.insert(file.end(), contents_.begin(), contents_.end());
        const auto table = std::as_bytes(std::span(sections_));
        file.insert(file.end(), table.begin(), table.end());
        return file;
    }

private:
    std::string names_;
    std::vector<std::byte> contents_;
    std::vector<Elf64_Shdr> sections_;
};

/// An attribute of a .nv.info section: one parameter.
struct ParameterAttribute {
    std::uint8_t format = 4;  ///< a value of so many bytes follows
    std::uint8_t attribute = 0x17;
    std::uint16_t value_bytes = 12;
    std::uint32_t index = 0;
    std::uint16_t ordinal = 0;
    std::uint16_t offset_bytes = 0;
    std::uint32_t packed = 0;  ///< the size above 18 bits of other facts
};

/// Each parameter lies at the next multiple of its size.
std::vector<ParameterAttribute> attributes_of(const emulated::Signature& signature) {
    constexpr int size_shift = 18;
    std::vector<ParameterAttribute> attributes;
    int offset = 0;
    for (const int size : std::span(signature.size_bytes).first(static_cast<std::size_t>(signature.count))) {
        offset = (offset + size - 1) / size * size;
        ParameterAttribute attribute;
        attribute.ordinal = static_cast<std::uint16_t>(attributes.size());
        attribute.offset_bytes = static_cast<std::uint16_t>(offset);
        attribute.packed = static_cast<std::uint32_t>(size) << size_shift;
        attributes.push_back(attribute);
        offset += size;
    }
    return attributes;
}

}  // namespace

std::vector<std::byte> cubin_of(std::span<const SignedKernel> kernels) {
    ElfFile file;
    file.add(".nv.info", SHT_PROGBITS, {});
    for (const auto& kernel : kernels) {
        const auto attributes = attributes_of(kernel.signature);
        file.add(".nv.info." + kernel.name, SHT_PROGBITS, std::as_bytes(std::span(attributes)));
    }
    return std::move(file).finish();
}

}  // namespace abut::test
