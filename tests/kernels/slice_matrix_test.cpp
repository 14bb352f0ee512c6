// SPDX-License-Identifier: Apache-2.0
// Inputs and outputs as slices at every multiple of an element below 64 bytes, at every kind of pitch, with variants of
// every width that is allowed there.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "abut/kernels.hpp"
#include "program/launch.hpp"
#include "support/error_text.hpp"
#include "support/flags.hpp"
#include "support/slice_matrix.hpp"
#include "support/step_batch.hpp"

namespace abut::test {
namespace {

using ::testing::HasSubstr;
using testing_support::error_text;

constexpr std::int64_t line_bytes = 64;
constexpr std::int64_t offsets = line_bytes / ops::element_bytes;

struct Places {
    SlicePlace in;
    SlicePlace out;
};

/// Both at the same offset and pitch; and where slices are packed, the one at an even offset and the other at an odd one.
bool is_usual(const Places& places) {
    if (places.in.pitch != places.out.pitch) return false;
    const bool is_mixed = places.in.pitch == Pitch::Packed && places.in.offset + places.out.offset == offsets - 1;
    return is_mixed || places.in.offset == places.out.offset;
}

/// The usual ones, or with --all-slices=1 every pair of offsets and of pitches.
std::vector<Places> every_place() {
    std::vector<SlicePlace> slices;
    for (const auto pitch : every_pitch) {
        for (std::int64_t offset = 0; offset < offsets; ++offset) slices.push_back({pitch, offset});
    }
    std::vector<Places> places;
    for (const auto& in : slices) {
        for (const auto& out : slices) places.push_back({in, out});
    }
    if (flags().all_slices == 0) std::erase_if(places, [](const Places& pair) { return !is_usual(pair); });
    return places;
}

class SliceMatrix : public testing::Test {
protected:
    /// Adds `test` at every place, lowered so.
    void add(const Device& device, const SlicedOperation& test, const std::string& how, const Lowering& lowering) {
        const auto expected = reference::evaluate_node(test.operation, test.inputs).front();
        for (const auto& [in, out] : every_place()) {
            auto step = sliced_step(device, test, in, out, lowering);
            note_width(step.kernel());
            const auto where = fmt::format("{}, {}, input at element {}, pitch {}, output at element {}, pitch {}",
                                           test.name, how, in.offset, to_string(in.pitch), out.offset, to_string(out.pitch));
            batch_.add(where, std::move(step), expected, {1e-5F, 1e-5F});
        }
    }
    /// Kernels of work-items, which have as many elements at once as guards allow.
    void check_groups(const std::string& name) {
        for (const std::int64_t bytes : {4, 8, 16}) {
            const auto how = fmt::format("known to a multiple of {} bytes at most", bytes);
            add(group_device(), sliced_operation(name), how, knowing_at_most(bytes));
        }
        EXPECT_EQ(batch_.failures(), "");
        EXPECT_EQ(widths_, (std::set<std::string>{"1", "2", "4"}));
    }
    /// Kernels of vectors, for processors with each width of register; they lie where elements do, and rely on no more.
    void check_vectors(const std::string& name) {
        if (test_device().profile().kernels != KernelFamily::Cpu) return;
        for (const int bytes : {16, 32, 64}) {
            const auto lowering = [bytes](const ops::StepSpec& step, DeviceProfile device) {
                device.vector_bytes = bytes;
                device.vector_registers = bytes < 64 ? 16 : 32;
                return ops::lower(step, device);
            };
            add(test_device(), sliced_operation(name), fmt::format("registers of {} bytes", bytes), lowering);
        }
        EXPECT_EQ(batch_.failures(), "");
    }

private:
    void note_width(const ops::KernelSpec& spec) {
        const auto found = std::ranges::find(spec.constants, "WIDTH", &ops::Constant::name);
        if (found != spec.constants.end()) widths_.insert(found->text);
    }

    StepBatch batch_;
    std::set<std::string> widths_;
};

TEST_F(SliceMatrix, OfConvolutionsByVectors) {
    check_vectors("conv2d");
}

TEST_F(SliceMatrix, OfProductsByVectors) {
    check_vectors("dense");
    check_vectors("product");
}

TEST_F(SliceMatrix, OfSumsByVectors) {
    check_vectors("elementwise");
}

TEST_F(SliceMatrix, OfConvolutionsByGroups) {
    check_groups("conv2d");
}

TEST_F(SliceMatrix, OfProductsByGroups) {
    check_groups("dense");
}

TEST_F(SliceMatrix, OfProductsOfViewsByGroups) {
    check_groups("product");
}

TEST_F(SliceMatrix, OfSumsByGroups) {
    check_groups("elementwise");
}

std::string failure_at(std::int64_t element, const Lowering& lowering) {
    const auto& test = sliced_operation("elementwise");
    const SlicePlace place{Pitch::Of16Bytes, element};
    StepBatch batch;
    batch.add("", sliced_step(test_device(), test, place, place, lowering),
              reference::evaluate_node(test.operation, test.inputs).front(), exact);
    return batch.failures();
}

TEST(SliceMatrixControl, FindsASliceOfAnotherPitch) {
    const Lowering elsewhere = [](const ops::StepSpec& step, const DeviceProfile& device) {
        auto wrong = step;
        wrong.writes.front().spec.layout = slice_at(step.writes.front().spec.shape(), {Pitch::Packed}).layout;
        return ops::lower(wrong, device);
    };
    for (std::int64_t element = 0; element < offsets; ++element) {
        EXPECT_EQ(failure_at(element, ops::lower), "");
        EXPECT_THAT(failure_at(element, elsewhere), HasSubstr("was written")) << element;
    }
}

TEST(SliceGuards, AreCheckedWhereSlicesAreBound) {
    const auto step = sliced_step(group_device(), sliced_operation("elementwise"), {}, {});
    const auto compiled = jit::kernel_cache(test_device()).get({&step.kernel(), 1}).front();
    const auto kernel = compiled->module->kernel(compiled->name);
    const auto memory = test_device().allocate(4 * line_bytes).memory();
    const auto& parameter = step.kernel().parameters.front();
    ASSERT_EQ(parameter.guard, 16);
    for (std::int64_t offset_bytes = 0; offset_bytes < line_bytes; offset_bytes += ops::element_bytes) {
        const programs::PointerSlot slot{
            .name = parameter.name, .argument = {}, .memory_index = 0, .offset_index = 1, .guard_bytes = parameter.guard};
        const auto text = error_text([&] { programs::set_pointer(*kernel, slot, {memory, offset_bytes}); });
        const auto refused = fmt::format(
            "argument \"{}\": its address is no multiple of 16 bytes, which the kernel was built for", parameter.name);
        EXPECT_EQ(text, offset_bytes % parameter.guard == 0 ? "nothing" : refused) << offset_bytes;
    }
}

/// A view of `shape` whose address is a multiple of 64 bytes and so many more.
ViewSpec spec_at(const Shape& shape, std::int64_t offset_bytes) {
    return {DType::Float32, Layout::dense(shape), {line_bytes, offset_bytes}};
}

TEST(SliceOffsets, ThatElementsCannotHaveAreRefused) {
    const Shape image{1, 4, 4, 4};
    const Shape matrix{4, 4};
    const auto buffer = test_device().allocate(8 * line_bytes);
    const Elementwise square{Expression::of(Function::Square)};
    const auto refuses = [&](const ViewSpec& in, const ViewSpec& out) {
        KernelLibrary kernels(test_device());
        const auto at = [](const ViewSpec& like, const Shape& shape) {
            return ViewSpec(DType::Float32, Layout::dense(shape), like.alignment);
        };
        const auto expected = HasSubstr("multiple of the element's 4 bytes");
        EXPECT_THAT(error_text([&] { kernels.conv2d({}, in, ViewSpec::nchw({4, 4, 1, 1}), out); }), expected);
        EXPECT_THAT(error_text([&] { kernels.elementwise(square, in, out); }), expected);
        EXPECT_THAT(error_text([&] { kernels.dense({}, at(in, matrix), ViewSpec::nchw(matrix), at(out, matrix)); }),
                    expected);
    };
    for (std::int64_t offset_bytes = 0; offset_bytes < line_bytes; ++offset_bytes) {
        const auto view = [&] { (void)TensorView(buffer, offset_bytes, DType::Float32, Layout::dense(image)); };
        if (offset_bytes % ops::element_bytes == 0) {
            EXPECT_EQ(error_text(view), "nothing");
            continue;
        }
        EXPECT_THAT(error_text(view), HasSubstr("the offset must be a multiple of the element's 4 bytes")) << offset_bytes;
        refuses(spec_at(image, offset_bytes), spec_at(image, 0));
        refuses(spec_at(image, 0), spec_at(image, offset_bytes));
    }
}

}  // namespace
}  // namespace abut::test
