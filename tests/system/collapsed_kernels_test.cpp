// SPDX-License-Identifier: Apache-2.0
// Programs and kernels of a library where a class of variants has collapsed.
#include "program/collapsed_kernels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "abut/kernels.hpp"
#include "jit/banned_variants.hpp"
#include "jit/collapsed_classes.hpp"
#include "jit/generate_source.hpp"
#include "jit/variant_reason.hpp"
#include "program/device_class.hpp"
#include "program/kernel_request.hpp"
#include "program/kernel_specs.hpp"
#include "program/specialised_kernel.hpp"
#include "support/networks.hpp"
#include "support/opencl_test.hpp"
#include "support/temporary_directory.hpp"

namespace abut::test {
namespace {

using ::testing::Contains;
using ::testing::Not;

class CollapsedVariants : public OpenClTest {
protected:
    /// Kernels of work-groups, which rely on guards.
    [[nodiscard]] Device groups() const {
        return {device().backend(), {.cache = {.directory = directory_.path()}, .kernels = KernelFamily::Gpu}};
    }
    static Graph graph() { return two_branches(ViewSpec::nhwc({1, 8, 6, 5}, 64), ViewSpec::nhwc({1, 32, 6, 5}, 64)).graph; }
    /// The classes of a program's variants, with those that gave way behind them.
    [[nodiscard]] std::vector<std::string> classes() const {
        const auto wanted = programs::wanted_kernels_of(graph(), groups(), {});
        std::vector<std::string> names;
        for (const auto& spec : wanted.specs) names.push_back(jit::variant_class(spec));
        for (const auto& spec : wanted.collapsed) names.push_back("collapsed " + jit::variant_class(spec));
        return names;
    }
    void collapse(const std::string& name, const std::string& identity) {
        const jit::CollapsedClass collapsed{.name = name, .variants = 3, .greatest_benefit = 1};
        jit::write_collapsed(directory_.path(), identity, {&collapsed, 1});
    }
    void ban(const ops::KernelSpec& spec) { jit::ban_variant(directory_.path(), jit::variant_key(spec), spec.stem); }

private:
    TemporaryDirectory directory_;
};

TEST_F(CollapsedVariants, OfAProgramGiveWayToTheGenericOne) {
    const auto before = classes();
    const std::string& wide = before.at(0);
    EXPECT_NE(wide, "gpu/conv2d") << "it claims something";
    EXPECT_THAT(before, Not(Contains("collapsed " + wide)));
    collapse(wide, programs::measured_identity(groups()));
    const auto after = classes();
    EXPECT_EQ(after.at(0), "gpu/conv2d");
    EXPECT_THAT(after, Not(Contains(wide)));
    EXPECT_THAT(after, Contains("collapsed " + wide));
    const auto pairs = programs::variant_pairs_of(graph(), groups(), {});
    EXPECT_EQ(jit::variant_class(pairs.at(0).variant.spec), wide) << "tune measures it all the same";
}

TEST_F(CollapsedVariants, OfAnotherClassOfDeviceSayNothing) {
    const auto before = classes();
    auto other = programs::measured_identity(groups());
    other.insert(other.find("units=") + 6, "1");
    collapse(before.at(0), other);
    EXPECT_EQ(classes(), before);
    collapse("gpu/conv2d", programs::measured_identity(groups()));
    EXPECT_EQ(classes(), before) << "a class that no variant here is of";
}

TEST_F(CollapsedVariants, StayWhereTheGenericOneIsBanned) {
    const auto before = classes();
    collapse(before.at(0), programs::measured_identity(groups()));
    EXPECT_EQ(classes().at(0), "gpu/conv2d") << "the control";
    ban(programs::wanted_kernels_of(graph(), groups(), {}).specs.at(0));
    EXPECT_EQ(classes().at(0), before.at(0));
}

TEST_F(CollapsedVariants, OfALibraryGiveWayToTheGenericOne) {
    const Elementwise square{Expression::of(Function::Square)};
    const auto spec = ViewSpec::nhwc({1, 8, 4, 4}, 64);
    auto request = programs::elementwise_request(square, spec, {});
    request.output = spec;
    const auto wide = SpecialisedKernel::State(groups(), request).promised.spec;
    collapse(jit::variant_class(wide), programs::measured_identity(groups()));
    const auto generic = SpecialisedKernel::State(groups(), request).promised.spec;
    EXPECT_EQ(jit::variant_class(generic), "gpu/elementwise");
    ban(generic);
    EXPECT_EQ(SpecialisedKernel::State(groups(), request).promised.spec, wide);
}

}  // namespace
}  // namespace abut::test
