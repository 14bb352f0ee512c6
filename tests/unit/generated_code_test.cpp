// SPDX-License-Identifier: Apache-2.0
// What becomes of the innermost loops of the main kernels: the widest registers, and nothing on the stack. The compiler, its
// options and the library of functions are those of PoCL 3.1; the processors need not be there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <ostream>
#include <regex>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "jit/generate_source.hpp"
#include "ops/lower.hpp"
#include "ops/window_tile.hpp"
#include "support/file_bytes.hpp"
#include "support/run_command.hpp"
#include "support/temporary_directory.hpp"

namespace abut::test {
namespace {

constexpr const char* attribute = "__attribute__((__min_vector_width__(512)))";

struct Processor {
    const char* name;
    const char* functions;  ///< PoCL's library for it
    const char* registers;
    DeviceProfile profile;
};

/// Names the test where it is listed.
void PrintTo(const Processor& processor, std::ostream* out) {
    *out << processor.name;
}

const Processor avx512{"skylake-avx512", "avx512", "zmm", {.compute_units = 2, .vector_bytes = 64, .vector_registers = 32}};
const Processor avx2{"haswell", "avx2", "ymm", {.compute_units = 2, .vector_bytes = 32, .vector_registers = 16}};

std::string library_of(const Processor& processor) {
    return std::string("/usr/share/pocl/kernel-x86_64-pc-linux-gnu-") + processor.functions + ".bc";
}

/// A convolution of 128 to 64 channels of 56x56 pixels.
ops::StepSpec step_of(std::int64_t kernel, std::int64_t winograd) {
    const std::int64_t pad = kernel / 2;
    return {
        .operation = Conv2d{.pads = {pad, pad, pad, pad}, .winograd = winograd},
        .reads = {{ViewSpec::nhwc({1, 128, 56, 56}), {}}, {ViewSpec(DType::Float32, {64, 128, kernel, kernel}), ValueId{1}}},
        .writes = {{ViewSpec::nhwc({1, 64, 56, 56}), {}}}};
}

ops::KernelSpec convolution(std::int64_t kernel, std::int64_t winograd, const Processor& processor) {
    return ops::lower_conv2d(step_of(kernel, winograd), processor.profile).spec;
}

/// The convolution of 1x1 in the widest tile of each number of vectors that registers have room for.
std::vector<ops::KernelSpec> widest_tiles(const Processor& processor) {
    std::vector<ops::KernelSpec> specs;
    for (std::int64_t vectors = 1; vectors <= 4; ++vectors) {
        const ops::WindowTile tile{.width = ops::most_pixels(vectors, processor.profile), .vectors = vectors};
        if (tile.width <= 0) continue;
        auto step = step_of(1, 0);
        step.tile = tile;
        specs.push_back(ops::lower(step, processor.profile).spec);
    }
    return specs;
}

std::string assembly(const std::string& source, const Processor& processor) {
    const TemporaryDirectory folder;
    const auto program = folder.path() + "/program.cl";
    const auto result = folder.path() + "/program.s";
    write_file(program, std::as_bytes(std::span(source)));
    const auto run = run_command({"clang-15", "-x", "cl", "-cl-std=CL1.2", "-include", "/usr/share/pocl/include/_kernel.h",
                                  "-Xclang", "-mlink-builtin-bitcode", "-Xclang", library_of(processor), "-O3",
                                  std::string("-march=") + processor.name, "-w", "-S", program, "-o", result});
    EXPECT_EQ(run.exit_code, 0) << run.output;
    return run.exit_code == 0 ? file_text(result) : "";
}

/// The instructions between two labels that have most multiply-adds among them, of the function multiply_KEY.
std::vector<std::string> innermost_loop(const std::string& text) {
    std::istringstream lines(text);
    std::vector<std::string> block;
    std::vector<std::string> best;
    std::ptrdiff_t most = 0;
    bool is_inside = false;
    for (std::string line; std::getline(lines, line);) {
        const bool is_function = !line.empty() && std::isalpha(static_cast<unsigned char>(line.front())) != 0;
        const bool is_label = is_function || line.starts_with(".L");
        if (is_function) is_inside = line.starts_with("multiply_");
        if (is_label) block.clear();
        if (!is_inside || !line.starts_with('\t') || line.starts_with("\t.")) continue;
        block.push_back(line);
        if (line.find("\tj") != 0) continue;
        const auto products = std::ranges::count_if(
            block, [](const std::string& instruction) { return instruction.find("vfmadd") != std::string::npos; });
        if (products > most) {
            most = products;
            best = block;
        }
        block.clear();
    }
    return best;
}

std::ptrdiff_t count_of(const std::vector<std::string>& loop, const std::string& pattern) {
    const std::regex expression(pattern);
    return std::ranges::count_if(loop, [&](const std::string& line) { return std::regex_search(line, expression); });
}

std::string text_of(const std::vector<std::string>& loop) {
    std::string text;
    for (const auto& line : loop) text += line + "\n";
    return text;
}

/// Instructions that read or write the stack; those that only make or touch an address may have %rbp for any pointer.
std::ptrdiff_t stack_accesses(const std::vector<std::string>& loop) {
    return count_of(loop, R"(^\t(?!lea|prefetch).*\(%r[sb]p)");
}

bool is_tight(const std::vector<std::string>& loop, const Processor& processor) {
    const auto products = count_of(loop, "vfmadd");
    return products >= 12 && count_of(loop, std::string("vfmadd.*") + processor.registers) == products &&
           stack_accesses(loop) == 0;
}

class GeneratedCode : public testing::TestWithParam<Processor> {
protected:
    void SetUp() override {
        const auto library = library_of(GetParam());
        ASSERT_TRUE(std::filesystem::exists(library)) << library << " is not there: scripts/setup installs PoCL 3.1";
        ASSERT_EQ(run_command({"clang-15", "--version"}).exit_code, 0) << "scripts/setup installs clang-15";
    }

    [[nodiscard]] static std::vector<ops::KernelSpec> kernels() {
        return {convolution(1, 0, GetParam()), convolution(3, 0, GetParam()), convolution(3, 4, GetParam())};
    }
};

TEST_P(GeneratedCode, MultipliesInTheWidestRegistersWithoutTheStack) {
    for (const auto& spec : kernels()) {
        const auto loop = innermost_loop(assembly(jit::generate_source({&spec, 1}), GetParam()));
        EXPECT_TRUE(is_tight(loop, GetParam())) << spec.stem << "\n" << text_of(loop);
    }
}

TEST_P(GeneratedCode, KeepsTheWidestTilesInRegisters) {
    for (const auto& spec : widest_tiles(GetParam())) {
        const auto loop = innermost_loop(assembly(jit::generate_source({&spec, 1}), GetParam()));
        EXPECT_TRUE(is_tight(loop, GetParam())) << spec.constants[0].text << "\n" << text_of(loop);
    }
}

/// The products as operators that the compiler contracts: a call with vectors of 512 bits would do what the attribute does.
std::string without_calls(const std::string& source) {
    const auto contracted = std::regex_replace(source, std::regex("FP_CONTRACT OFF"), "FP_CONTRACT ON");
    return std::regex_replace(contracted, std::regex(R"(fma\(x, row\[v\], sums\[i\]\))"), "x * row[v] + sums[i]");
}

/// The controls: without the attribute LLVM halves vectors of 512 bits, and with a tile of too many pixels it spills.
TEST_P(GeneratedCode, IsFoundWanting) {
    const auto spec = convolution(1, 0, GetParam());
    const auto source = jit::generate_source({&spec, 1});
    const auto wide = without_calls(source);
    EXPECT_TRUE(is_tight(innermost_loop(assembly(wide, GetParam())), GetParam()));
    if (GetParam().profile.vector_bytes == 64) {
        auto narrow = wide;
        narrow.erase(narrow.find(attribute), std::string(attribute).size());
        EXPECT_FALSE(is_tight(innermost_loop(assembly(narrow, GetParam())), GetParam()));
    }
    const auto large = std::regex_replace(source, std::regex("#define TILE_WIDTH \\d+"), "#define TILE_WIDTH 24");
    ASSERT_NE(large, source);
    EXPECT_FALSE(is_tight(innermost_loop(assembly(large, GetParam())), GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Processors, GeneratedCode, testing::Values(avx512, avx2),
                         [](const auto& instance) { return std::string(instance.param.registers); });

}  // namespace
}  // namespace abut::test
