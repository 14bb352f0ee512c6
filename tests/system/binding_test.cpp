// SPDX-License-Identifier: Apache-2.0
// What a run binds: views that are not what was promised, less aligned than promised, or host memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "abut/error.hpp"
#include "support/networks.hpp"
#include "support/placed_view.hpp"
#include "support/run_program.hpp"
#include "support/run_step.hpp"

namespace abut::test {
namespace {

class Bindings : public testing::Test {
protected:
    /// Runs with the views given; the text of the refusal, which must be InvalidArgument.
    std::string refusal(std::initializer_list<Binding> inputs, std::initializer_list<Binding> outputs) {
        y_.clear(queue_);
        try {
            session_.run(inputs, outputs);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
            EXPECT_EQ(y_.damage(queue_), "");
            return error.what();
        }
        return "ran";
    }

    const Device device_ = test_device();
    const Queue queue_ = device_.queue();
    const Network network_ = dense_block();
    const Program program_ = compile(network_.graph, device_);
    Session session_ = program_.session();
    const PlacedView x_{device_, ViewSpec::nhwc(dense_block_input)};
    const PlacedView y_{device_, ViewSpec::nhwc(dense_block_output)};
};

TEST_F(Bindings, WhatIsPromisedRuns) {
    x_.write(queue_, random_tensor(dense_block_input, 1));
    EXPECT_EQ(refusal({{network_.x, x_.view()}}, {{network_.y, y_.view()}}), "ran");
}

TEST_F(Bindings, MissingRepeatedAndUnknown) {
    EXPECT_THAT(refusal({}, {{network_.y, y_.view()}}), testing::HasSubstr("input \"x\": nothing is bound"));
    EXPECT_THAT(refusal({{network_.x, x_.view()}}, {}), testing::HasSubstr("output \"y\": nothing is bound"));
    EXPECT_THAT(refusal({{network_.x, x_.view()}, {network_.x, x_.view()}}, {{network_.y, y_.view()}}),
                testing::HasSubstr("more often"));
    EXPECT_THAT(refusal({{network_.y, x_.view()}}, {{network_.y, y_.view()}}), testing::HasSubstr("no such input"));
}

TEST_F(Bindings, OtherShapeLayoutAndType) {
    const PlacedView narrow(device_, ViewSpec::nhwc({1, 7, 6, 5}));
    EXPECT_THAT(
        refusal({{network_.x, narrow.view()}}, {{network_.y, y_.view()}}),
        testing::AllOf(testing::HasSubstr("input \"x\""), testing::HasSubstr("1x8x6x5"), testing::HasSubstr("1x7x6x5")));
    const PlacedView planes(device_, ViewSpec::nchw(dense_block_output));
    EXPECT_THAT(refusal({{network_.x, x_.view()}}, {{network_.y, planes.view()}}),
                testing::AllOf(testing::HasSubstr("output \"y\""), testing::HasSubstr("layout")));
    const TensorView integers(x_.view().buffer(), 0, DType::Int32, x_.view().layout());
    EXPECT_THAT(refusal({{network_.x, integers}}, {{network_.y, y_.view()}}),
                testing::HasSubstr("input \"x\": expected float32"));
    EXPECT_THAT(refusal({{network_.x, {}}}, {{network_.y, y_.view()}}), testing::HasSubstr("no memory"));
}

TEST_F(Bindings, LessAlignedThanPromisedGivesTheSameBits) {
    const auto input = random_tensor(dense_block_input, 6);
    std::vector<reference::Tensor> results;
    for (const std::int64_t lead : {16, 17, 3, 32}) {
        const PlacedView x(device_, ViewSpec::nhwc(dense_block_input), lead);
        const PlacedView y(device_, ViewSpec::nhwc(dense_block_output), 2 * lead + 1);
        x.write(queue_, input);
        y.clear(queue_);
        session_.run({{network_.x, x.view()}}, {{network_.y, y.view()}});
        results.push_back(y.read(queue_));
        EXPECT_EQ(y.damage(queue_), "") << lead;
    }
    EXPECT_EQ(difference(results[0], reference::evaluate(network_.graph, std::vector{input}).at(0)), "");
    for (const auto& result : results) EXPECT_TRUE(same_bits(result, results[0]));
}

TEST_F(Bindings, HostMemoryAtAnyElement) {
    const auto input = random_tensor(dense_block_input, 8);
    const auto x_spec = ViewSpec::nhwc(dense_block_input);
    const auto y_spec = ViewSpec::nhwc(dense_block_output);
    PlacedView staged(device_, x_spec);
    staged.write(queue_, input);
    std::vector<float> x(static_cast<std::size_t>(x_spec.layout.extent()) + 4);
    std::vector<float> y(static_cast<std::size_t>(y_spec.layout.extent()) + 4);
    const auto expected = reference::evaluate(network_.graph, std::vector{input}).at(0);
    for (std::size_t lead = 0; lead < 4; ++lead) {
        queue_.read(staged.view().buffer(), staged.view().offset_bytes(),
                    std::as_writable_bytes(std::span(x).subspan(lead, static_cast<std::size_t>(x_spec.layout.extent()))));
        std::fill(y.begin(), y.end(), 12345.0F);
        session_.run({{network_.x, TensorView::wrap(x.data() + lead, x_spec)}},
                     {{network_.y, TensorView::wrap(y.data() + lead, y_spec)}});
        const auto end = lead + static_cast<std::size_t>(y_spec.layout.extent());
        for (std::size_t i = 0; i < y.size(); ++i) {
            if (i < lead || i >= end) {
                EXPECT_EQ(y[i], 12345.0F);
            }
        }
        for (std::int64_t c = 0; c < 20; ++c) {
            for (std::int64_t p = 0; p < 30; ++p) {
                ASSERT_NEAR(y[lead + static_cast<std::size_t>(p * 20 + c)],
                            expected.elements[static_cast<std::size_t>(c * 30 + p)], 1e-4F);
            }
        }
    }
}

TEST_F(Bindings, HostMemoryThatStraddlesElementsIsRefused) {
    std::vector<std::byte> bytes(8 * 30 * 4 + 8);
    EXPECT_THROW(session_.run({{network_.x, TensorView::wrap(bytes.data() + 2, ViewSpec::nhwc(dense_block_input))}},
                              {{network_.y, y_.view()}}),
                 Error);
}

}  // namespace
}  // namespace abut::test
