// SPDX-License-Identifier: Apache-2.0
#include "jit/cubin.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <type_traits>

#include "core/fail.hpp"

namespace abut::jit {
namespace {

constexpr std::uint16_t machine_cuda = 190;
constexpr std::uint32_t type_symbols = 2;
constexpr std::uint32_t type_nobits = 8;

/// Of .nv.info sections, as the tools of CUDA 11 to 13 write them: a format, an attribute, then the size of the value or
/// the value itself.
constexpr std::uint8_t format_sized = 4;
constexpr std::uint8_t attribute_frame_bytes = 0x11;
constexpr std::uint8_t attribute_parameter = 0x17;
constexpr std::uint8_t attribute_registers = 0x2f;

struct FileHeader {
    unsigned char ident[16];
    std::uint16_t type;
    std::uint16_t machine;
    std::uint32_t version;
    std::uint64_t entry;
    std::uint64_t programs_offset;
    std::uint64_t sections_offset;
    std::uint32_t flags;
    std::uint16_t header_bytes;
    std::uint16_t program_bytes;
    std::uint16_t programs;
    std::uint16_t section_bytes;
    std::uint16_t sections;
    std::uint16_t names_section;
};

struct SectionHeader {
    std::uint32_t name;
    std::uint32_t type;
    std::uint64_t flags;
    std::uint64_t address;
    std::uint64_t offset;
    std::uint64_t size;
    std::uint32_t link;
    std::uint32_t info;
    std::uint64_t alignment;
    std::uint64_t entry_bytes;
};

struct Symbol {
    std::uint32_t name;
    unsigned char info;
    unsigned char other;
    std::uint16_t section;
    std::uint64_t value;
    std::uint64_t size;
};

struct ParameterInfo {
    std::uint32_t index;
    std::uint16_t ordinal;
    std::uint16_t offset;
    std::uint32_t packed;  ///< the size above 18 bits of other facts
};

/// What .nv.info says of a function.
struct FunctionInfo {
    std::uint32_t symbol;
    std::uint32_t value;
};

static_assert(sizeof(FileHeader) == 64 && sizeof(SectionHeader) == 64 && sizeof(Symbol) == 24 &&
              sizeof(ParameterInfo) == 12);

/// Bytes that are only read inside their bounds.
class Bytes {
public:
    explicit Bytes(std::span<const std::byte> bytes) : bytes_(bytes) {}
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }

    [[nodiscard]] Bytes part(std::uint64_t offset, std::uint64_t size) const {
        if (offset > bytes_.size() || size > bytes_.size() - offset)
            core::fail(ErrorCode::Compiler, "a cubin of {} bytes ends before {} bytes at {}", bytes_.size(), size, offset);
        return Bytes(bytes_.subspan(offset, size));
    }
    template <class Value>
    [[nodiscard]] Value at(std::uint64_t offset) const {
        static_assert(std::is_trivially_copyable_v<Value>);
        Value value;
        std::memcpy(&value, part(offset, sizeof(Value)).bytes_.data(), sizeof(Value));
        return value;
    }
    /// The text that begins at `offset` and ends with a zero.
    [[nodiscard]] std::string_view text(std::uint64_t offset) const {
        const auto rest = part(offset, bytes_.size() - std::min<std::uint64_t>(offset, bytes_.size())).bytes_;
        const auto end = std::ranges::find(rest, std::byte{0});
        if (end == rest.end()) core::fail(ErrorCode::Compiler, "a cubin has a name without an end");
        return {reinterpret_cast<const char*>(rest.data()), static_cast<std::size_t>(end - rest.begin())};
    }

private:
    std::span<const std::byte> bytes_;
};

class Elf {
public:
    explicit Elf(Bytes file);
    [[nodiscard]] Bytes contents(const SectionHeader& section) const;
    /// Nothing where there is none of that name.
    [[nodiscard]] const SectionHeader* find(std::string_view name) const;
    [[nodiscard]] std::string_view symbol_name(std::uint32_t index) const;

private:
    [[nodiscard]] const SectionHeader& section(std::uint64_t index) const;

    Bytes file_;
    std::vector<SectionHeader> sections_;
    std::uint64_t names_ = 0;
};

Elf::Elf(Bytes file) : file_(file) {
    constexpr unsigned char magic_64_little[] = {0x7f, 'E', 'L', 'F', 2, 1};
    const auto header = file.at<FileHeader>(0);
    if (!std::equal(std::begin(magic_64_little), std::end(magic_64_little), std::begin(header.ident)) ||
        header.machine != machine_cuda || header.section_bytes != sizeof(SectionHeader))
        core::fail(ErrorCode::Compiler, "expected a cubin, found {} bytes that are none", file.size());
    const auto table = file.part(header.sections_offset, std::uint64_t{header.sections} * sizeof(SectionHeader));
    for (std::uint64_t i = 0; i < header.sections; ++i)
        sections_.push_back(table.at<SectionHeader>(i * sizeof(SectionHeader)));
    names_ = header.names_section;
}

const SectionHeader& Elf::section(std::uint64_t index) const {
    if (index >= sections_.size())
        core::fail(ErrorCode::Compiler, "a cubin with {} sections refers to section {}", sections_.size(), index);
    return sections_[index];
}

Bytes Elf::contents(const SectionHeader& section) const {
    return section.type == type_nobits ? Bytes({}) : file_.part(section.offset, section.size);
}

const SectionHeader* Elf::find(std::string_view name) const {
    const auto names = contents(section(names_));
    const auto found = std::ranges::find_if(sections_, [&](const auto& each) { return names.text(each.name) == name; });
    return found != sections_.end() ? &*found : nullptr;
}

std::string_view Elf::symbol_name(std::uint32_t index) const {
    const auto symbols = std::ranges::find(sections_, type_symbols, &SectionHeader::type);
    if (symbols == sections_.end()) core::fail(ErrorCode::Compiler, "a cubin has no symbols");
    const auto symbol = contents(*symbols).at<Symbol>(std::uint64_t{index} * sizeof(Symbol));
    return contents(section(symbols->link)).text(symbol.name);
}

/// Calls `visit` with each attribute of a .nv.info section whose value has a size, and with that value.
void for_each_attribute(Bytes info, const std::function<void(std::uint8_t, Bytes)>& visit) {
    constexpr std::uint64_t head_bytes = 4;
    for (std::uint64_t at = 0; at < info.size();) {
        const auto head = info.part(at, head_bytes);
        at += head_bytes;
        if (head.at<std::uint8_t>(0) != format_sized) continue;
        const auto size = head.at<std::uint16_t>(2);
        visit(head.at<std::uint8_t>(1), info.part(at, size));
        at += size;
    }
}

std::vector<CubinParameter> parameters_of(Bytes info, std::string_view name) {
    constexpr int size_shift = 18;
    std::vector<std::pair<int, CubinParameter>> found;
    for_each_attribute(info, [&](std::uint8_t attribute, Bytes value) {
        if (attribute != attribute_parameter) return;
        const auto parameter = value.at<ParameterInfo>(0);
        found.push_back({parameter.ordinal, {parameter.offset, static_cast<int>(parameter.packed >> size_shift)}});
    });
    std::ranges::sort(found, {}, &std::pair<int, CubinParameter>::first);
    std::vector<CubinParameter> parameters;
    for (const auto& [ordinal, parameter] : found) {
        if (ordinal != std::ssize(parameters))
            core::fail(ErrorCode::Compiler, "kernel {}: its cubin lacks parameter {}", name, parameters.size());
        parameters.push_back(parameter);
    }
    return parameters;
}

void read_resources(const Elf& elf, std::string_view name, CubinKernel& kernel) {
    const auto* info = elf.find(".nv.info");
    if (info == nullptr) core::fail(ErrorCode::Compiler, "a cubin has no section .nv.info");
    for_each_attribute(elf.contents(*info), [&](std::uint8_t attribute, Bytes value) {
        if (attribute != attribute_registers && attribute != attribute_frame_bytes) return;
        const auto of = value.at<FunctionInfo>(0);
        if (elf.symbol_name(of.symbol) != name) return;
        (attribute == attribute_registers ? kernel.registers : kernel.stack_bytes) = static_cast<int>(of.value);
    });
}

}  // namespace

CubinKernel read_cubin(std::span<const std::byte> cubin, std::string_view name) {
    const Elf elf{Bytes(cubin)};
    const auto* info = elf.find(".nv.info." + std::string(name));
    if (info == nullptr) core::fail(ErrorCode::Compiler, "kernel {}: its text defines no such kernel", name);
    CubinKernel kernel{.parameters = parameters_of(elf.contents(*info), name)};
    read_resources(elf, name, kernel);
    return kernel;
}

std::vector<device::KernelParameter> checked_parameters(const CubinKernel& kernel, std::string_view name,
                                                        const ops::KernelSpec& spec) {
    std::vector<device::KernelParameter> expected;
    for (const auto& parameter : spec.parameters) {
        const bool is_scalar = parameter.kind == ops::ParameterKind::Scalar;
        expected.push_back({parameter.name, is_scalar ? device::ScalarType::Int64 : device::ScalarType::Pointer});
        if (!is_scalar) expected.push_back({parameter.name + "_offset", device::ScalarType::Int64});
    }
    if (kernel.parameters.size() != expected.size()) {
        core::fail(ErrorCode::Compiler, "kernel {}: its text has {} parameters, expected {}", name, kernel.parameters.size(),
                   expected.size());
    }
    // Pointers and longs, which is all that a spec has.
    constexpr int parameter_bytes = 8;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const CubinParameter at{static_cast<int>(i) * parameter_bytes, parameter_bytes};
        if (kernel.parameters[i] == at) continue;
        core::fail(ErrorCode::Compiler,
                   "kernel {}: parameter {} of its text has {} bytes at {}, expected '{}' with {} at {}", name, i,
                   kernel.parameters[i].size_bytes, kernel.parameters[i].offset_bytes, expected[i].name, at.size_bytes,
                   at.offset_bytes);
    }
    return expected;
}

}  // namespace abut::jit
