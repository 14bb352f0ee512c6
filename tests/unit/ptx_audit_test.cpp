// SPDX-License-Identifier: Apache-2.0
#include "jit/ptx_audit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "abut/device.hpp"
#include "jit/ptx.hpp"
#include "jit/ptxas_log.hpp"
#include "ops/lower.hpp"
#include "support/error_text.hpp"
#include "support/offline_kernels.hpp"

namespace abut::jit {
namespace {

using abut::testing_support::error_text;
using testing::AllOf;
using testing::HasSubstr;

/// A kernel f(x, x_offset, w, w_offset, y, y_offset, n) with this body.
std::string program_of(const std::string& body) {
    std::string head =
        ".version 9.0\n.target sm_90\n.address_size 64\n// .globl f\n.global .align 4 .b8 table[8] = {1, 2};\n"
        ".visible .entry f(\n";
    for (int i = 0; i < 7; ++i) head += "\t.param .u64 .ptr .align 1 f_param_" + std::to_string(i) + (i < 6 ? ",\n" : "\n");
    return head + ")\n.maxntid 256, 1, 1\n{\n\t.reg .b64 %rd<51>;\n\t.shared .align 16 .b8 scratch[4096];\n" + body +
           "\n\tret;\n}\n";
}

constexpr std::int64_t guard_of_x = 16;
constexpr std::int64_t guard_of_w = 8;

std::vector<ParameterAccess> accesses(const std::string& body) {
    const ops::KernelSpec spec{.stem = "f",
                               .parameters = {{"x", ops::ParameterKind::Read, guard_of_x},
                                              {"w", ops::ParameterKind::Read, guard_of_w},
                                              {"y", ops::ParameterKind::Write, 4},
                                              {"n", ops::ParameterKind::Scalar}},
                               .constants = {}};
    const auto text = without_comments(program_of(body));
    return audit_accesses(parse_ptx(text), "f", spec);
}

std::string refusal(const std::string& body) {
    return error_text([&] { (void)accesses(body); });
}

constexpr const char* loads_parameters = R"(
	ld.param.b64 %rd1, [f_param_0];
	ld.param.b64 %rd2, [f_param_2];
	ld.param.b64 %rd3, [f_param_4];
	ld.param.b64 %rd4, [f_param_1];
	cvta.to.global.u64 %rd5, %rd1;
	shl.b64 %rd6, %rd4, 2;
	add.s64 %rd7, %rd5, %rd6;
)";

TEST(PtxAudit, TellsWidths) {
    const auto found = accesses(std::string(loads_parameters) + R"(
	ld.global.nc.v4.f32 {%f1, %f2, %f3, %f4}, [%rd7+32];
	@%p1 ld.global.v2.b32 {%r1, %r2}, [%rd2]; /* wide
	enough */ $L__BB0_3:
	st.global.f32 [%rd3+4], %f1;
	st.global.b16 [%rd3], %rs1;)");
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].widest_load_bytes, 16);
    EXPECT_EQ(found[1].widest_load_bytes, 8);
    EXPECT_EQ(found[1].widest_store_bytes, 0);
    EXPECT_EQ(found[2].widest_store_bytes, 4);
    EXPECT_EQ(found[2].widest_load_bytes, 0);
}

TEST(PtxAudit, RefusesWhatAGuardDoesNotProve) {
    EXPECT_THAT(refusal(std::string(loads_parameters) + "st.global.v2.f32 [%rd3], {%f1, %f2};"),
                AllOf(HasSubstr("kernel f: 'st.global.v2.f32 [%rd3], {%f1, %f2}' accesses 8 bytes at once"),
                      HasSubstr("parameter 'y', whose guard only proves a multiple of 4 bytes")));
    for (const auto* wide : {"ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd2];", "ld.global.v2.b64 {%rd8, %rd9}, [%rd2+8];",
                             "ld.global.b128 %rq1, [%rd2];", "ld.v4.u32 {%r1, %r2, %r3, %r4}, [%rd2];",
                             "ld.global.v8.f32 {%f1, %f2, %f3, %f4, %f5, %f6, %f7, %f8}, [%rd7];",
                             "cp.async.cg.shared.global [%r1], [%rd2], 16;", "atom.global.add.f64 %fd1, [%rd3], %fd2;"})
        EXPECT_THAT(refusal(std::string(loads_parameters) + wide), HasSubstr("bytes at once")) << wide;
    for (const auto* unknown :
         {"cp.async.bulk.shared::cta.global.mbarrier [%r1], [%rd2], 16, [%r2];", "wonder.global [%rd1];"})
        EXPECT_THAT(refusal(std::string(loads_parameters) + unknown), HasSubstr("in a way that is not known")) << unknown;
}

TEST(PtxAudit, TakesTheWeakestOfWhatMayBeMeant) {
    constexpr const char* wide = "ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd9];";
    for (const auto* flow : {"selp.b64 %rd9, %rd7, %rd2, %p1;", "@%p1 mov.b64 %rd9, %rd7;\n@!%p1 mov.b64 %rd9, %rd2;",
                             "mad.lo.s64 %rd9, %rd7, 4, %rd2;", "mov.b64 {%rd9, %rd10}, %rd11; mov.b64 %rd11, {%rd2, %rd7};",
                             "ld.shared.b64 %rd9, [scratch];", "", "mov.u64 %rd9, table;"})
        EXPECT_THAT(refusal(std::string(loads_parameters) + flow + wide), HasSubstr("bytes at once")) << flow;
    // Numbers that are no addresses are none, and neither is what was compared.
    for (const auto* flow : {"add.s64 %rd9, %rd7, %rd4;", "mad.wide.s32 %rd9, %r1, 16, %rd7;",
                             "setp.eq.s64 %p2, %rd2, 0; selp.b64 %rd9, %rd7, %rd1, %p2;",
                             "ld.global.u32 %r2, [%rd2]; mad.wide.s32 %rd9, %r2, 16, %rd7;"})
        EXPECT_EQ(refusal(std::string(loads_parameters) + flow + wide), "nothing") << flow;
}

TEST(PtxAudit, LeavesOtherMemoryAlone) {
    EXPECT_EQ(refusal(std::string(loads_parameters) + R"(
	ld.shared.v4.f32 {%f1, %f2, %f3, %f4}, [%r1];
	st.shared::cta.v4.f32 [%r1], {%f1, %f2, %f3, %f4};
	ld.const.v4.f32 {%f1, %f2, %f3, %f4}, [%rd2];
	st.local.v4.f32 [%rd2], {%f1, %f2, %f3, %f4};
	mov.u64 %rd12, scratch;
	ld.v4.f32 {%f1, %f2, %f3, %f4}, [%rd12];)"),
              "nothing");
}

TEST(PtxAudit, ReadsTheLogOfTheAssembler) {
    constexpr const char* log =
        "ptxas info    : 24 bytes gmem\n"
        "ptxas info    : Compiling entry function 'k' for 'sm_90'\n"
        "ptxas info    : Function properties for k\n"
        "    16 bytes stack frame, 12 bytes spill stores, 8 bytes spill loads\n"
        "ptxas info    : Used 26 registers, used 1 barriers, 4096 bytes smem\n"
        "ptxas info    : Compiling entry function 'l' for 'sm_90'\n"
        "ptxas info    : Used 7 registers\n";
    EXPECT_EQ(ptxas_resources(log, "k"), (KernelResources{.registers = 26, .shared_bytes = 4096, .spill_bytes = 20}));
    EXPECT_EQ(ptxas_resources(log, "l"), KernelResources{.registers = 7});
    EXPECT_FALSE(ptxas_resources(log, "m"));
}

TEST(PtxAudit, RefusesGroupsThatDoNotFit) {
    EXPECT_EQ(error_text([] { require_fit({.kernel = "f", .resources = {.registers = 255, .shared_bytes = 49152}}, 256); }),
              "nothing");
    EXPECT_THAT(error_text([] { require_fit({.kernel = "f", .resources = {.registers = 129}}, 512); }),
                HasSubstr("kernel f: 512 threads of 129 registers need 69632, and a group may have 65536"));
    EXPECT_THAT(error_text([] { require_fit({.kernel = "f", .resources = {.shared_bytes = 49156}}, 32); }),
                HasSubstr("kernel f: its 49156 bytes of shared memory are more than the 49152"));
}

/// A convolution that stores 32 channels into a slice of `pitch` channels at an address that `alignment` divides.
ops::KernelSpec slice_kernel(std::int64_t pitch, std::int64_t alignment) {
    const Shape x{1, 32, 8, 8};
    const Shape y{1, 32, 8, 8};
    const Layout slice{y, Strides{64 * pitch, 1, 8 * pitch, pitch}};
    const ops::StepSpec step{
        .operation = Conv2d{.pads = {1, 1, 1, 1}},
        .reads = {{.spec = ViewSpec(DType::Float32, Layout::channels_last(x), {64, 0}), .constant = {}},
                  {.spec = ViewSpec(DType::Float32, Layout::dense({32, 32, 3, 3}), {64, 0}), .constant = ValueId{1}}},
        .writes = {{.spec = ViewSpec(DType::Float32, slice, {alignment, 0}), .constant = {}}}};
    const DeviceProfile gpu{.is_cpu = false, .kernels = KernelFamily::Gpu, .compute_units = 132};
    return ops::lower_conv2d(step, gpu).spec;
}

class CompiledKernels : public test::NeedsCudaCompiler {
protected:
    /// The audit of one kernel for sm_90.
    static KernelAudit audit(const ops::KernelSpec& spec) {
        const auto device = Device::open("cuda:sm_90", {.log = {}, .cache = {.directory = ""}, .kernels = {}});
        return test::audited({{"key", spec}}, device).at(0);
    }
};

int widest_store(const KernelAudit& audit, const std::string& parameter) {
    for (const auto& access : audit.parameters)
        if (access.name == parameter) return access.widest_store_bytes;
    return -1;
}

TEST_F(CompiledKernels, StoreIntoSlicesAsWideAsPitchAndOffsetAllow) {
    EXPECT_EQ(widest_store(audit(slice_kernel(40, 16)), "y"), 16);
    EXPECT_EQ(widest_store(audit(slice_kernel(40, 8)), "y"), 8);
    EXPECT_EQ(widest_store(audit(slice_kernel(38, 16)), "y"), 8);
    EXPECT_EQ(widest_store(audit(slice_kernel(40, 4)), "y"), 4);
    EXPECT_EQ(widest_store(audit(slice_kernel(39, 16)), "y"), 4);
}

TEST_F(CompiledKernels, AreRefusedWithAGuardThatIsTooWeak) {
    for (const auto* name : {"x", "weights", "y"}) {
        auto spec = slice_kernel(64, 64);
        for (auto& parameter : spec.parameters)
            if (parameter.name == name) parameter.guard = 4;
        EXPECT_THAT(error_text([&] { (void)audit(spec); }),
                    AllOf(HasSubstr("kernel conv2d_"), HasSubstr("accesses 16 bytes at once"),
                          HasSubstr("parameter '" + std::string(name) + "', whose guard only proves a multiple of 4")));
    }
}

TEST_F(CompiledKernels, HaveTheirUseReported) {
    const auto spec = slice_kernel(64, 64);
    const auto use = audit(spec).resources;
    EXPECT_GT(use.registers, 16);
    EXPECT_GE(use.shared_bytes, spec.local_floats * 4);
    EXPECT_EQ(use.spill_bytes, 0);
}

}  // namespace
}  // namespace abut::jit
