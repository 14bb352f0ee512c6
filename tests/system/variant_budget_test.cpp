// SPDX-License-Identifier: Apache-2.0
// Programs whose kernels may have few variants.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "jit/variant_reason.hpp"
#include "program/kernel_specs.hpp"
#include "support/networks.hpp"
#include "support/opencl_test.hpp"
#include "support/run_program.hpp"
#include "zoo/zoo.hpp"

namespace abut::test {
namespace {

using ::testing::HasSubstr;

class VariantBudget : public OpenClTest {
protected:
    /// Kernels of work-groups, which rely on guards.
    [[nodiscard]] Device groups() const { return {device().backend(), {.kernels = KernelFamily::Gpu}}; }
    [[nodiscard]] std::vector<ops::KernelSpec> specs(int budget) const {
        return programs::wanted_kernels_of(zoo::make_network("densenet-bc:depth=16,growth=12,size=16"), groups(),
                                           {.variant_budget = budget})
            .specs;
    }
    /// Different convolutions that rely on more than elements' alignment.
    static std::vector<ops::KernelSpec> wide_convolutions(const std::vector<ops::KernelSpec>& specs) {
        std::vector<ops::KernelSpec> wide;
        for (const auto& spec : specs) {
            const bool relies = spec.stem == "conv2d" && jit::variant_class(spec) != "gpu/conv2d";
            if (relies && std::ranges::find(wide, spec) == wide.end()) wide.push_back(spec);
        }
        return wide;
    }
};

TEST_F(VariantBudget, KeepsThoseThatServeMostWork) {
    const auto all = wide_convolutions(specs(64));
    ASSERT_GT(all.size(), 3U);
    EXPECT_EQ(wide_convolutions(specs(static_cast<int>(all.size()) + 8)), all);
    const auto few = wide_convolutions(specs(3));
    EXPECT_LE(few.size(), 3U);
    EXPECT_FALSE(few.empty());
    for (const auto& spec : few) EXPECT_NE(std::ranges::find(all, spec), all.end());
    EXPECT_TRUE(wide_convolutions(specs(0)).empty());
    EXPECT_EQ(specs(0).size(), specs(64).size()) << "one kernel a step all the same";
}

TEST_F(VariantBudget, ChangesNothingWhereVariantsRelyOnNothing) {
    const auto on_cpu = [&](int budget) {
        return programs::wanted_kernels_of(zoo::make_network("densenet-bc:depth=10,growth=4,size=8"), device(),
                                           {.variant_budget = budget})
            .specs;
    };
    EXPECT_EQ(on_cpu(0), on_cpu(64));
}

TEST_F(VariantBudget, IsNotNegative) {
    try {
        static_cast<void>(specs(-1));
        FAIL() << "expected an error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(error.what(), HasSubstr("variant_budget of 0 or more, found -1"));
    }
}

TEST_F(VariantBudget, LeavesResultsRight) {
    const auto graph = two_branches(ViewSpec::nhwc({1, 8, 6, 5}, 64), ViewSpec::nhwc({1, 32, 6, 5}, 64)).graph;
    for (const int budget : {0, 64}) {
        const auto damage = check_graph_and_steps(graph, groups(), {.variant_budget = budget}, 1);
        EXPECT_EQ(damage, "") << "with a budget of " << budget;
    }
}

}  // namespace
}  // namespace abut::test
