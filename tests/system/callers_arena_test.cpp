// SPDX-License-Identifier: Apache-2.0
// An arena in memory of the caller's, who has OpenCL objects of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "abut/error.hpp"
#include "support/caller_opencl.hpp"
#include "support/error_text.hpp"
#include "support/networks.hpp"
#include "support/opencl_test.hpp"
#include "support/random_graph.hpp"
#include "support/run_program.hpp"
#include "support/run_step.hpp"

namespace abut::test {
namespace {

constexpr float untouched = -7;

class CallersArena : public testing::Test {
protected:
    cl_mem parent(std::int64_t bytes) {
        return caller_.buffer(std::vector<float>(static_cast<std::size_t>(bytes) / sizeof(float), untouched));
    }
    cl_mem part(cl_mem of, std::int64_t begin_bytes, std::int64_t bytes) {
        return caller_.sub_buffer(of, static_cast<std::size_t>(begin_bytes), static_cast<std::size_t>(bytes));
    }
    /// Runs with an arena that begins `origin_bytes_` into a parent; where the parent was written outside it.
    std::string writes_outside(const std::function<Buffer(cl_mem)>& arena_of) {
        const auto arena_bytes = program_.arena_bytes();
        auto* const whole = parent(origin_bytes_ + arena_bytes + tail_bytes_);
        auto session = program_.session({.queue = queue_, .arena = arena_of(part(whole, origin_bytes_, arena_bytes))});
        const auto inputs = tests::random_inputs(network_.graph, 4);
        const auto expected = reference::evaluate(network_.graph, inputs);
        EXPECT_EQ(difference(run_program(program_, session, inputs).outputs.at(0), expected.at(0)), "");

        const auto first = static_cast<std::size_t>(origin_bytes_) / sizeof(float);
        const auto end = first + static_cast<std::size_t>(arena_bytes) / sizeof(float);
        const auto content = caller_.content(whole, end + static_cast<std::size_t>(tail_bytes_) / sizeof(float));
        EXPECT_TRUE(std::any_of(&content[first], &content[end], [](float x) { return x != untouched; }))
            << "it was not used";
        for (std::size_t i = 0; i < content.size(); ++i) {
            if ((i < first || i >= end) && content[i] != untouched) return "element " + std::to_string(i);
        }
        return "";
    }

    CallerOpenCl caller_{test_selector()};
    const Device device_ = Device::wrap(caller_.context(), caller_.device(), {.log = {}, .cache = {.directory = ""}});
    const Queue queue_ = Queue::wrap(caller_.queue());
    const Network network_ = dense_block();
    const Program program_ = compile(network_.graph, device_);
    const std::int64_t origin_bytes_ = 2048;
    const std::int64_t tail_bytes_ = 4096;
};

TEST_F(CallersArena, InASubBufferStaysThere) {
    EXPECT_EQ(writes_outside(Buffer::wrap), "");
    const auto of_a_view = [](cl_mem memory) {
        return TensorView::wrap(memory, 0, ViewSpec(DType::Float32, Shape{4})).buffer();
    };
    EXPECT_EQ(writes_outside(of_a_view), "");

    const auto needed = program_.arena_bytes();
    auto* const whole = parent(origin_bytes_ + 2 * needed);
    const auto small = Buffer::wrap(part(whole, origin_bytes_, needed - 64));
    EXPECT_EQ(small.size_bytes(), needed - 64);
    EXPECT_THAT(testing_support::error_text([&] { (void)program_.session({.arena = small}); }),
                testing::HasSubstr(std::to_string(needed - 64)));
    const Buffer crooked(Buffer::wrap(whole).memory(), 4, needed);
    EXPECT_THAT(testing_support::error_text([&] { (void)program_.session({.arena = crooked}); }),
                testing::AllOf(testing::HasSubstr("multiple of"), testing::HasSubstr("found 4")));
}

}  // namespace
}  // namespace abut::test
