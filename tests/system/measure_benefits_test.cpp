// SPDX-License-Identifier: Apache-2.0
// What variants gain, measured on a device and noted beside its kernels.
#include "program/measure_benefits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jit/cache_list.hpp"
#include "jit/variant_reason.hpp"
#include "program/kernel_specs.hpp"
#include "support/networks.hpp"
#include "support/opencl_test.hpp"
#include "support/temporary_directory.hpp"

namespace abut::test {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class MeasuredBenefits : public OpenClTest {
protected:
    [[nodiscard]] Device device_with(KernelFamily kernels) const {
        return {device().backend(), {.cache = {.directory = directory_.path()}, .kernels = kernels}};
    }
    static Graph graph() { return two_branches(ViewSpec::nhwc({1, 8, 6, 5}, 64), ViewSpec::nhwc({1, 32, 6, 5}, 64)).graph; }
    [[nodiscard]] const std::string& path() const { return directory_.path(); }

private:
    TemporaryDirectory directory_;
};

TEST_F(MeasuredBenefits, AreNotedBesideTheKernelsThatRunsHave) {
    const auto groups = device_with(KernelFamily::Gpu);
    const auto pairs = programs::variant_pairs_of(graph(), groups, {});
    ASSERT_FALSE(pairs.empty());
    for (const auto& pair : pairs) {
        EXPECT_NE(jit::guard_claims(jit::variant_document(pair.variant.spec)), "");
        EXPECT_EQ(jit::guard_claims(jit::variant_document(pair.generic.spec)), "");
        EXPECT_EQ(pair.variant.tiles, pair.generic.tiles);
    }
    const auto measured = programs::measure_benefits(pairs, groups, {});
    ASSERT_THAT(measured, SizeIs(pairs.size()));
    for (const auto& benefit : measured) {
        EXPECT_GT(benefit.benefit, 0);
        EXPECT_GE(benefit.samples, 15);
        EXPECT_NE(benefit.device_class, "");
    }
    EXPECT_EQ(jit::note_benefits(path(), groups.backend()->identity(), measured), pairs.size());
    std::size_t noted = 0;
    for (const auto& entry : jit::list_entries(path())) noted += entry.measured.benefits.size();
    EXPECT_EQ(noted, pairs.size());
    const auto program = compile(graph(), groups, {.execution = Execution::Launches});
    EXPECT_EQ(program.statistics().variants_compiled, 0) << "they are those of a run";
}

TEST_F(MeasuredBenefits, OfKernelsThatRelyOnNothingAreNone) {
    EXPECT_THAT(programs::variant_pairs_of(graph(), device_with(KernelFamily::Cpu), {}), IsEmpty());
}

}  // namespace
}  // namespace abut::test
