// SPDX-License-Identifier: Apache-2.0
// Sessions on a device that has graphs: recorded once, patched where the caller's buffers move.
#include <gtest/gtest.h>

#include "support/graph_backend.hpp"
#include "support/networks.hpp"
#include "support/placed_view.hpp"
#include "support/run_program.hpp"
#include "support/run_step.hpp"

namespace abut::test {
namespace {

class SessionGraph : public testing::Test {
protected:
    /// y after a run.
    reference::Tensor run(const PlacedView& x, const PlacedView& y) {
        y.clear(queue_);
        session_.run({{network_.x, x.view()}}, {{network_.y, y.view()}});
        EXPECT_EQ(y.damage(queue_), "");
        return y.read(queue_);
    }

    const std::shared_ptr<GraphBackend> backend_ = std::make_shared<GraphBackend>(test_device().backend());
    const Device device_{backend_, {.cache = {.directory = ""}}};
    const Queue queue_ = device_.queue();
    const Network network_ = dense_block();
    const Program program_ = compile(network_.graph, device_);
    Session session_ = program_.session();
    const PlacedView x_{device_, ViewSpec::nhwc(dense_block_input)};
    const PlacedView y_{device_, ViewSpec::nhwc(dense_block_output)};
};

TEST_F(SessionGraph, IsRecordedOnceAndPatchedWhereBuffersMove) {
    const auto input = random_tensor(dense_block_input, 1);
    x_.write(queue_, input);
    const auto first = run(x_, y_);
    EXPECT_TRUE(same_bits(run(x_, y_), first));
    EXPECT_EQ(backend_->counts().recorded, 1);
    EXPECT_EQ(backend_->counts().launches, 2);
    EXPECT_EQ(backend_->counts().updates, 0);

    const PlacedView other_x(device_, ViewSpec::nhwc(dense_block_input));
    other_x.write(queue_, input);
    EXPECT_TRUE(same_bits(run(other_x, y_), first));
    EXPECT_EQ(backend_->counts().recorded, 1);
    EXPECT_GT(backend_->counts().updates, 0);
    EXPECT_LT(backend_->counts().updates, backend_->counts().nodes);

    const auto after_x = backend_->counts().updates;
    const PlacedView other_y(device_, ViewSpec::nhwc(dense_block_output));
    EXPECT_TRUE(same_bits(run(other_x, other_y), first));
    EXPECT_GT(backend_->counts().updates, after_x);
    const auto after_y = backend_->counts().updates;
    EXPECT_TRUE(same_bits(run(other_x, other_y), first));
    EXPECT_EQ(backend_->counts().updates, after_y);
}

}  // namespace
}  // namespace abut::test
