// SPDX-License-Identifier: Apache-2.0
#include "core/cpu_features.hpp"

#include <fmt/format.h>
#include <sys/auxv.h>

#include <array>
#include <cstdint>
#include <map>
#include <utility>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace abut::core {

#if defined(__x86_64__)

namespace {

enum class Register : std::uint8_t { Eax, Ebx, Ecx, Edx };

struct FeatureBit {
    unsigned leaf;
    unsigned subleaf;
    Register in;
    unsigned bit;
    const char* name;
};

using enum Register;

// Intel SDM, volume 2A, CPUID; AMD APM, volume 3, appendix E. What compilers know as instruction sets.
constexpr FeatureBit feature_bits[] = {
    {1, 0, Ecx, 0, "sse3"},
    {1, 0, Ecx, 1, "pclmul"},
    {1, 0, Ecx, 9, "ssse3"},
    {1, 0, Ecx, 12, "fma"},
    {1, 0, Ecx, 13, "cx16"},
    {1, 0, Ecx, 19, "sse4.1"},
    {1, 0, Ecx, 20, "sse4.2"},
    {1, 0, Ecx, 22, "movbe"},
    {1, 0, Ecx, 23, "popcnt"},
    {1, 0, Ecx, 25, "aes"},
    {1, 0, Ecx, 28, "avx"},
    {1, 0, Ecx, 29, "f16c"},
    {1, 0, Ecx, 30, "rdrnd"},
    {7, 0, Ebx, 0, "fsgsbase"},
    {7, 0, Ebx, 3, "bmi"},
    {7, 0, Ebx, 5, "avx2"},
    {7, 0, Ebx, 8, "bmi2"},
    {7, 0, Ebx, 16, "avx512f"},
    {7, 0, Ebx, 17, "avx512dq"},
    {7, 0, Ebx, 18, "rdseed"},
    {7, 0, Ebx, 19, "adx"},
    {7, 0, Ebx, 21, "avx512ifma"},
    {7, 0, Ebx, 23, "clflushopt"},
    {7, 0, Ebx, 24, "clwb"},
    {7, 0, Ebx, 28, "avx512cd"},
    {7, 0, Ebx, 29, "sha"},
    {7, 0, Ebx, 30, "avx512bw"},
    {7, 0, Ebx, 31, "avx512vl"},
    {7, 0, Ecx, 1, "avx512vbmi"},
    {7, 0, Ecx, 6, "avx512vbmi2"},
    {7, 0, Ecx, 8, "gfni"},
    {7, 0, Ecx, 9, "vaes"},
    {7, 0, Ecx, 10, "vpclmulqdq"},
    {7, 0, Ecx, 11, "avx512vnni"},
    {7, 0, Ecx, 12, "avx512bitalg"},
    {7, 0, Ecx, 14, "avx512vpopcntdq"},
    {7, 0, Edx, 8, "avx512vp2intersect"},
    {7, 0, Edx, 22, "amx-bf16"},
    {7, 0, Edx, 23, "avx512fp16"},
    {7, 0, Edx, 24, "amx-tile"},
    {7, 0, Edx, 25, "amx-int8"},
    {7, 1, Eax, 4, "avxvnni"},
    {7, 1, Eax, 5, "avx512bf16"},
    {7, 1, Eax, 21, "amx-fp16"},
    {7, 1, Eax, 23, "avxifma"},
    {7, 1, Edx, 4, "avxvnniint8"},
    {7, 1, Edx, 5, "avxneconvert"},
    {0x80000001, 0, Ecx, 5, "lzcnt"},
    {0x80000001, 0, Ecx, 6, "sse4a"},
    {0x80000001, 0, Ecx, 11, "xop"},
    {0x80000001, 0, Ecx, 16, "fma4"},
    {0x80000001, 0, Ecx, 21, "tbm"},
};

/// What CPUID says. Each leaf is asked for once: below a hypervisor that takes tens of microseconds.
class Processor {
public:
    std::uint32_t value_of(unsigned leaf, unsigned subleaf, Register in) {
        const auto [place, is_new] = leaves_.try_emplace({leaf, subleaf});
        auto& values = place->second;
        if (is_new) static_cast<void>(__get_cpuid_count(leaf, subleaf, &values[0], &values[1], &values[2], &values[3]));
        return values.at(static_cast<std::size_t>(in));
    }
    bool has(const FeatureBit& feature) {
        return (value_of(feature.leaf, feature.subleaf, feature.in) >> feature.bit & 1U) != 0;
    }

private:
    std::map<std::pair<unsigned, unsigned>, std::array<std::uint32_t, 4>> leaves_;  ///< zeros where there is none
};

/// The states that the system saves (XCR0): without its bits an instruction set that the processor has can't be used.
std::uint32_t saved_states(Processor& processor) {
    if (!processor.has({1, 0, Ecx, 27, "osxsave"})) return 0;
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

}  // namespace

std::string cpu_features() {
    constexpr std::uint32_t without_stepping = 0x0fff0ff0;
    Processor processor;
    std::string text =
        fmt::format("x86-64 {:08x} saves {:x}:", processor.value_of(1, 0, Eax) & without_stepping, saved_states(processor));
    for (const auto& feature : feature_bits) {
        if (processor.has(feature)) text += fmt::format(" {}", feature.name);
    }
    return text;
}

#else

std::string cpu_features() {
    return fmt::format("hwcap {:x} {:x}", ::getauxval(AT_HWCAP), ::getauxval(AT_HWCAP2));
}

#endif

}  // namespace abut::core
