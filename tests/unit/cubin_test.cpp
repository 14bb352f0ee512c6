// SPDX-License-Identifier: Apache-2.0
#include "jit/cubin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "device/cuda/nvrtc.hpp"
#include "support/error_text.hpp"
#include "support/offline_kernels.hpp"
#include "support/scoped_variable.hpp"

namespace abut::jit {
namespace {

using abut::testing_support::error_text;
using testing::HasSubstr;

constexpr const char* source = R"(
extern "C" __global__ void copy(const float* x, long x_offset, float* y, long y_offset, long n) {
    const long i = blockIdx.x;
    if (i < n) y[y_offset + i] = x[x_offset + i];
}
extern "C" __global__ void mixed(float* y, int k, char c, double d) { y[k] = c + d; }
extern "C" __global__ void indexing(float* y, int k) {
    float many[64];
    for (int i = 0; i < k; ++i) many[(i * k) & 63] += y[i];
    for (int i = 0; i < k; ++i) y[i] = many[(i + k) & 63];
}
extern "C" __global__ void nothing() {}
)";

ops::KernelSpec copy_spec() {
    return {
        .stem = "copy",
        .parameters = {{"x", ops::ParameterKind::Read}, {"y", ops::ParameterKind::Write}, {"n", ops::ParameterKind::Scalar}},
        .constants = {}};
}

class Cubin : public test::NeedsCudaCompiler, public testing::WithParamInterface<const char*> {
protected:
    void SetUp() override {
        NeedsCudaCompiler::SetUp();
        if (IsSkipped()) return;
        device::cuda::Nvrtc nvrtc;
        cubin_ = nvrtc.compile(source, device::cuda::parse_arch(GetParam())).cubin;
    }
    std::vector<std::byte> cubin_;
};

/// The control of what is skipped: a compiler that was promised and is not there fails the tests that need it.
TEST(CudaCompiler, IsNotMissingWhereItIsPromised) {
    const test::ScopedVariable promised("ABUT_NVRTC", "libnvrtc-that-is-nowhere.so");
    EXPECT_THAT(error_text([] { (void)test::why_no_cuda_compiler(); }), HasSubstr("NVRTC was not found"));
}

INSTANTIATE_TEST_SUITE_P(Architectures, Cubin, testing::Values("sm_75", "sm_90a", "sm_120"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST_P(Cubin, TellsParameters) {
    const std::vector<CubinParameter> of_copy{{0, 8}, {8, 8}, {16, 8}, {24, 8}, {32, 8}};
    EXPECT_EQ(read_cubin(cubin_, "copy").parameters, of_copy);
    const std::vector<CubinParameter> of_mixed{{0, 8}, {8, 4}, {12, 1}, {16, 8}};
    EXPECT_EQ(read_cubin(cubin_, "mixed").parameters, of_mixed);
    EXPECT_TRUE(read_cubin(cubin_, "nothing").parameters.empty());
    EXPECT_THAT(error_text([&] { (void)read_cubin(cubin_, "cop"); }),
                HasSubstr("kernel cop: its text defines no such kernel"));
}

TEST_P(Cubin, TellsResources) {
    EXPECT_GT(read_cubin(cubin_, "copy").registers, 0);
    EXPECT_EQ(read_cubin(cubin_, "copy").stack_bytes, 0);
    EXPECT_GE(read_cubin(cubin_, "indexing").stack_bytes, 256);
}

TEST_P(Cubin, IsComparedWithTheSpec) {
    const auto copy = read_cubin(cubin_, "copy");
    const std::vector<device::KernelParameter> expected{{"x", device::ScalarType::Pointer},
                                                        {"x_offset", device::ScalarType::Int64},
                                                        {"y", device::ScalarType::Pointer},
                                                        {"y_offset", device::ScalarType::Int64},
                                                        {"n", device::ScalarType::Int64}};
    EXPECT_EQ(checked_parameters(copy, "copy", copy_spec()), expected);
    auto longer = copy_spec();
    longer.parameters.push_back({"m", ops::ParameterKind::Scalar});
    EXPECT_THAT(error_text([&] { (void)checked_parameters(copy, "copy", longer); }),
                HasSubstr("has 5 parameters, expected 6"));
    ops::KernelSpec other{
        .stem = "mixed", .parameters = {{"y", ops::ParameterKind::Write}, {"x", ops::ParameterKind::Read}}, .constants = {}};
    EXPECT_THAT(error_text([&] { (void)checked_parameters(read_cubin(cubin_, "mixed"), "mixed", other); }),
                HasSubstr("parameter 1 of its text has 4 bytes at 8, expected 'y_offset' with 8 at 8"));
}

/// Reads all kernels; damage may only show as an error. The bytes are an allocation of their own, so that a sanitizer sees a
/// read beyond them.
void read_damaged(const std::vector<std::byte>& bytes) {
    for (const auto* name : {"copy", "indexing"}) {
        try {
            (void)read_cubin(bytes, name);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Compiler) << error.what();
        }
    }
}

TEST_P(Cubin, MayEndAnywhere) {
    for (std::size_t size = 0; size < cubin_.size(); ++size) {
        const std::vector<std::byte> cut(cubin_.begin(), cubin_.begin() + static_cast<std::ptrdiff_t>(size));
        read_damaged(cut);
    }
    EXPECT_NE(error_text([] { (void)read_cubin({}, "copy"); }), "nothing");
}

TEST_P(Cubin, MayHaveAnyByteFlipped) {
    auto bytes = cubin_;
    for (auto& byte : bytes) {
        for (const auto mask : {std::byte{0xff}, std::byte{0x80}, std::byte{0x01}}) {
            byte ^= mask;
            read_damaged(bytes);
            byte ^= mask;
        }
    }
}

}  // namespace
}  // namespace abut::jit
