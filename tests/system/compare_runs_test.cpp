// SPDX-License-Identifier: Apache-2.0
// Programs against their generic variants, step by step; and programs whose kernels come from entries of a cache that are
// wrong.
#include "program/compare_runs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "program/compile_anew.hpp"
#include "program/program_state.hpp"
#include "support/networks.hpp"
#include "support/opencl_test.hpp"
#include "support/placed_view.hpp"
#include "support/plant_fault.hpp"
#include "support/random_graph.hpp"
#include "support/temporary_directory.hpp"

namespace abut::test {
namespace {

using programs::AnewVariants;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A program of a network, with inputs and outputs in memory of their own.
class Bound {
public:
    Bound(Program program, const Network& network)
        : program_(std::move(program)),
          session_(program_.session()),
          x_(program_.device(), program_.inputs().at(0).spec),
          y_(program_.device(), program_.outputs().at(0).spec) {
        x_.write(session_.queue(), tests::random_inputs(network.graph, 1).at(0));
    }
    [[nodiscard]] Program& program() { return program_; }
    programs::ComparedRuns compare(Bound& expected) {
        const std::vector<Binding> inputs{{program_.inputs().at(0).value, x_.view()}};
        const std::vector<Binding> outputs{{program_.outputs().at(0).value, y_.view()}};
        const std::vector<Binding> other_inputs{{expected.program_.inputs().at(0).value, expected.x_.view()}};
        const std::vector<Binding> other_outputs{{expected.program_.outputs().at(0).value, expected.y_.view()}};
        return programs::compare_runs({session_, inputs, outputs}, {expected.session_, other_inputs, other_outputs});
    }

private:
    Program program_;
    Session session_;
    PlacedView x_;
    PlacedView y_;
};

class CompareRuns : public OpenClTest {
protected:
    [[nodiscard]] Device cached() const { return open(directory_.path()); }
    /// The network's kernels as they lie in the directory.
    [[nodiscard]] Bound as_cached(const Network& network) const { return {compile(network.graph, cached()), network}; }
    [[nodiscard]] Bound anew(const Network& network, AnewVariants variants) const {
        return {programs::compile_anew(network.graph, device(), {}, variants), network};
    }
    std::string plant(const PlantedFault& fault) { return plant_fault(directory_.path(), device(), fault); }

private:
    TemporaryDirectory directory_;
};

/// What the views of a program's steps are known to be multiples of, at most, in elements.
std::int64_t greatest_guard(const Program& program) {
    std::int64_t greatest = 0;
    for (const auto& step : program.state()->steps) {
        for (const auto& slot : step.promised.launch.pointers) {
            if (slot.argument.kind != ops::ArgumentKind::Packed)
                greatest = std::max(greatest, slot.guard_bytes / slot.element_bytes);
        }
    }
    return greatest;
}

TEST_F(CompareRuns, FindNothingInSoundPrograms) {
    const Device groups(device().backend(), {.cache = {.directory = ""}, .kernels = KernelFamily::Gpu});
    for (const auto& network : {dense_block(), pooled_chain()}) {
        Bound checked(compile(network.graph, groups), network);
        Bound expected(programs::compile_anew(network.graph, groups, {}, AnewVariants::Generic), network);
        EXPECT_EQ(greatest_guard(checked.program()), 4);
        EXPECT_EQ(greatest_guard(expected.program()), 1);
        const auto report = checked.compare(expected);
        EXPECT_EQ(report.steps, checked.program().statistics().steps);
        EXPECT_GT(report.kernels, 1);
        EXPECT_THAT(report.differences, IsEmpty());
    }
}

const PlantedFault wrong_result{"conv2d", "EPILOGUE_BODY return (x0);", "EPILOGUE_BODY return (x0 + (VALUE)(0.5f));"};

TEST_F(CompareRuns, FindABinaryOfAnotherText) {
    const auto network = dense_block();
    auto expected = anew(network, AnewVariants::Generic);
    EXPECT_THAT(as_cached(network).compare(expected).differences, IsEmpty());
    const auto kernel = plant(wrong_result);
    auto checked = as_cached(network);
    ASSERT_EQ(checked.program().statistics().variants_compiled, 0) << "all come from the cache";
    const auto report = checked.compare(expected);
    ASSERT_FALSE(report.differences.empty());
    for (const auto& difference : report.differences) {
        EXPECT_EQ(difference.kernel, kernel) << "no step answers for an earlier one";
        EXPECT_GT(difference.wrong, 0);
        EXPECT_NEAR(difference.difference(), 0.5, 1e-3);
        EXPECT_EQ(difference.element.rank(), 4);
        EXPECT_EQ(difference.outside, "");
    }
    EXPECT_THAT(anew(network, AnewVariants::AsCompiled).compare(expected).differences, IsEmpty());
}

TEST_F(CompareRuns, FindWhatIsWrittenElsewhere) {
    const auto network = dense_block();
    auto expected = anew(network, AnewVariants::Generic);
    static_cast<void>(as_cached(network));
    const auto kernel = plant(
        {"conv2d", "TILE(PARAMETERS, const long tile) {", "TILE(PARAMETERS, const long tile) { y[y_offset - 1] = 1.0f;"});
    const auto report = as_cached(network).compare(expected);
    ASSERT_FALSE(report.differences.empty());
    for (const auto& difference : report.differences) {
        EXPECT_EQ(difference.kernel, kernel);
        EXPECT_THAT(difference.outside, HasSubstr("byte "));
    }
}

}  // namespace
}  // namespace abut::test
