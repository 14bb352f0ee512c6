// SPDX-License-Identifier: Apache-2.0
// Views whose offsets and pitches are multiples of 4, 2 and 1 elements and of no more, so that the kernels of work-groups
// take every width of access that they have.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "support/windows.hpp"

namespace abut::test {
namespace {

constexpr std::int64_t widths[] = {4, 2, 1};

class AlignedViews : public testing::Test {
protected:
    /// Adds `operation` with every input and output in slices of each width; the inputs after `views` are constants.
    void check(const Operation& operation, const std::vector<Tensor>& inputs, std::size_t views = 1) {
        const Tensor expected = reference::evaluate_node(operation, inputs).front();
        for (const auto width : widths) {
            std::vector<StepInput> placed;
            for (const Tensor& input : inputs) {
                const bool is_constant = placed.size() >= views;
                placed.push_back({input, is_constant ? Placed{} : slice_of_width(input.shape, width), is_constant});
            }
            PreparedStep step(group_device(), operation, std::move(placed), {slice_of_width(expected.shape, width)});
            const auto& constants = step.kernel().constants;
            const auto found = std::ranges::find(constants, "WIDTH", &ops::Constant::name);
            if (found != constants.end()) widths_[step.kernel().stem].insert(found->text);
            const auto where = fmt::format("{} at width {}", step.kernel().stem, width);
            batch_.add(where, std::move(step), expected, {1e-5F, 1e-5F});
        }
    }
    /// Runs them; every stem must have been there with the widths of `expected`.
    void expect_right(const std::map<std::string, std::set<std::string>>& expected) const {
        EXPECT_EQ(batch_.failures(), "");
        EXPECT_EQ(widths_, expected);
    }

private:
    StepBatch batch_;
    std::map<std::string, std::set<std::string>> widths_;
};

const std::set<std::string> every_width{"1", "2", "4"};

TEST_F(AlignedViews, OfWindows) {
    const auto x = random_tensor({2, 24, 7, 6}, 1);
    check(Conv2d{.pads = {1, 1, 1, 1}}, {x, random_tensor({16, 24, 3, 3}, 2)});
    check(Conv2d{.strides = {2, 2}}, {x, random_tensor({40, 24, 1, 1}, 3)});
    check(Conv2d{.pads = {1, 1, 1, 1}, .groups = 24}, {x, random_tensor({24, 1, 3, 3}, 4)});
    check(ConvTranspose2d{.strides = {2, 2}}, {x, random_tensor({24, 16, 3, 3}, 5)});
    expect_right({{"conv2d", every_width}, {"conv2d_depthwise", every_width}, {"conv_transpose2d", every_width}});
}

TEST_F(AlignedViews, OfEverythingElse) {
    const auto x = random_tensor({2, 24, 7, 6}, 1);
    check(Copy{}, {x});
    check(Elementwise{Expression::of(Function::Add)}, {x, random_tensor(x.shape, 2)}, 2);
    check(Pool2d{.kind = PoolKind::Max, .kernel = {3, 3}, .strides = {2, 2}, .pads = {1, 1, 1, 1}}, {x});
    check(Pad{.before = {0, 0, 1, 2}, .after = {0, 0, 2, 1}}, {x});
    check(Softmax{.axis = 1}, {x});
    check(Reduce{.kind = ReduceKind::Mean, .axes = {2, 3}}, {x});
    expect_right({{"copy", every_width}, {"elementwise", every_width}, {"mapped_copy", {"1"}}, {"pool2d", every_width}});
}

}  // namespace
}  // namespace abut::test
