// SPDX-License-Identifier: Apache-2.0
// `--check` on sound programs, and on programs that were made wrong after they were compiled.
#include "program/check_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <utility>
#include <vector>

#include "abut/error.hpp"
#include "program/program_state.hpp"
#include "support/mutate_plan.hpp"
#include "support/networks.hpp"
#include "support/placed_view.hpp"
#include "support/random_graph.hpp"
#include "support/run_step.hpp"

namespace abut::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A network compiled anew, with inputs and outputs in memory of their own.
class Checked {
public:
    explicit Checked(const Network& network, ConcatMode concat = ConcatMode::Slices)
        : program_(compile(network.graph, test_device(), {.concat = concat})),
          x_(test_device(), program_.inputs().at(0).spec),
          y_(test_device(), program_.outputs().at(0).spec) {
        x_.write(test_device().queue(), tests::random_inputs(network.graph, 1).at(0));
    }

    /// Programs are immutable; a fault is planted before any session sees it.
    [[nodiscard]] Program::State& state() const { return const_cast<Program::State&>(*program_.state()); }
    [[nodiscard]] std::size_t step_count() const { return state().plan.steps.size(); }
    [[nodiscard]] Step& step(std::size_t index) const { return state().plan.steps.at(index); }
    programs::CheckReport check(std::uint32_t seed = 1) const {
        auto session = program_.session();
        const std::vector<Binding> inputs{{program_.inputs().at(0).value, x_.view()}};
        const std::vector<Binding> outputs{{program_.outputs().at(0).value, y_.view()}};
        return programs::check_run(session, inputs, outputs, seed);
    }
    /// What the check finds, or nothing.
    [[nodiscard]] std::string finding(std::uint32_t seed = 1) const {
        try {
            check(seed);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }

private:
    Program program_;
    PlacedView x_;
    PlacedView y_;
};

TEST(CheckRun, FindsNothingInSoundPrograms) {
    for (const auto concat : {ConcatMode::Slices, ConcatMode::Copies}) {
        for (const auto& network : {dense_block(), pooled_chain()}) {
            const Checked checked(network, concat);
            for (std::uint32_t seed = 1; seed <= 3; ++seed) {
                const auto report = checked.check(seed);
                EXPECT_EQ(report.steps, static_cast<int>(checked.step_count()));
                EXPECT_GT(report.memory_bytes, checked.state().plan.arena_bytes());
            }
        }
    }
}

/// Odd slices side by side, written in any order: a tail that one leaves in the other would show in one of the orders.
TEST(EdgeCase14, ResultsDoNotDependOnTheOrderOfStores) {
    Network network;
    auto& graph = network.graph;
    network.x = graph.input("x", ViewSpec::nhwc({2, 16, 3, 3}));
    std::vector<ValueId> slices;
    for (const std::int64_t channels : {5, 17, 3}) {
        const auto weights = random_tensor({channels, 16, 1, 1}, static_cast<std::uint32_t>(channels)).elements;
        slices.push_back(graph.conv2d(network.x, graph.constant({channels, 16, 1, 1}, weights)));
    }
    slices.push_back(graph.apply(Function::Sin, network.x));
    network.y = graph.concat(slices, 1);
    graph.output("y", network.y, ViewSpec::nhwc({2, 41, 3, 3}));
    const Checked checked(network);
    ASSERT_EQ(checked.state().plan.statistics.copied_bytes, 0);
    for (std::uint32_t seed = 1; seed <= 6; ++seed) EXPECT_EQ(checked.finding(seed), "");
}

TEST(CheckRun, FindsAStoreOutsideTheDeclaredView) {
    const Checked checked(dense_block());
    auto& step = checked.step(1);
    --step.writes.at(0).layout.shape[1];  // the kernel still stores the last channel
    EXPECT_THAT(checked.finding(), AllOf(HasSubstr('"' + step.name + '"'), HasSubstr("changed byte"),
                                         HasSubstr("of the arena, outside its part of value")));
}

TEST(CheckRun, FindsAStoreIntoAnInput) {
    const Checked checked(pooled_chain());  // its output is as large as its input
    auto& roots = checked.state().plan.roots;
    auto& last = checked.step(checked.step_count() - 1);
    const auto written = static_cast<std::size_t>(last.writes.at(0).root);
    ASSERT_EQ(roots.at(written).kind, RootKind::Output);
    roots.at(written) = {.kind = RootKind::Input, .port = 0, .constant = {}, .size_bytes = roots.at(written).size_bytes};
    last.writes.at(0).layout.shape[0] = 0;  // the kernel stores all the same
    EXPECT_THAT(checked.finding(), AllOf(HasSubstr('"' + last.name + '"'), HasSubstr("of the memory of input \"x\"")));
}

TEST(CheckRun, FindsAReadOfBytesThatNobodyWrote) {
    const Checked checked(dense_block());
    const auto reader = checked.step_count() - 1;
    checked.state().steps.at(reader - 1).promised.launch.tiles = 0;  // what it should write stays as it was
    EXPECT_THAT(checked.finding(), AllOf(HasSubstr("other bits"), HasSubstr("reads bytes that no step has written")));
}

TEST(CheckRun, FindsADependencyThatIsMissing) {
    const Checked checked(pooled_chain());
    auto& steps = checked.state().steps;
    int tried = 0;
    for (auto& step : steps) {
        const auto sound = step.dependencies;
        for (const int dependency : sound) {
            std::erase(step.dependencies, dependency);
            EXPECT_NE(checked.finding(), "") << "step " << &step - steps.data() << " without " << dependency;
            step.dependencies = sound;
            ++tried;
        }
    }
    EXPECT_GE(tried, 4);
    EXPECT_EQ(checked.finding(), "");
}

/// Strides of what a step reads are in its kernel, so that a fault of the plan there changes nothing; what it writes, the
/// check looks for where the plan has it.
TEST(CheckRun, FindsStridesThatAreWrong) {
    const Checked checked(pooled_chain());
    const Plan sound = checked.state().plan;
    int found = 0;
    for (std::uint32_t seed = 1; seed <= 8; ++seed) {
        std::mt19937 random(seed);
        checked.state().plan = tests::with_fault(sound, tests::PlanFault::WrongStride, random).value();
        found += checked.finding().empty() ? 0 : 1;
    }
    EXPECT_GE(found, 3);
    checked.state().plan = sound;
    EXPECT_EQ(checked.finding(), "");
}

TEST(CheckRun, FindsAReadThatIsOffByAnElement) {
    const Checked checked(dense_block());
    // The second layer reads all channels of the concat that are there by then; the next one is not.
    checked.step(checked.step_count() - 2).reads.at(0).offset_bytes += 4;
    EXPECT_NE(checked.finding(), "");
}

TEST(CheckRun, FindsAnOutputThatIsNotWritten) {
    const Checked checked(dense_block());
    checked.state().steps.back().promised.launch.tiles = 0;
    EXPECT_THAT(checked.finding(), HasSubstr('"' + checked.step(checked.step_count() - 1).name + '"'));
}

}  // namespace
}  // namespace abut::test
