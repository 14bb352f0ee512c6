// SPDX-License-Identifier: Apache-2.0
// Programs and kernels of a library where variants are banned from the cache.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "abut/kernels.hpp"
#include "jit/banned_variants.hpp"
#include "jit/generate_source.hpp"
#include "program/kernel_request.hpp"
#include "program/program_state.hpp"
#include "support/error_text.hpp"
#include "support/networks.hpp"
#include "support/opencl_test.hpp"
#include "support/placed_view.hpp"
#include "support/random_graph.hpp"
#include "support/temporary_directory.hpp"

namespace abut::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing_support::error_text;

class BannedKernels : public OpenClTest {
protected:
    /// Kernels of work-groups, which rely on guards.
    [[nodiscard]] Device groups() const {
        return {device().backend(), {.cache = {.directory = directory_.path()}, .kernels = KernelFamily::Gpu}};
    }
    void ban(const std::string& kernel) { jit::ban_variant(directory_.path(), key_of(kernel), "conv2d"); }
    static std::string key_of(const std::string& kernel) { return kernel.substr(kernel.rfind('_') + 1); }
    static std::string kernel_of_step(const Program& program, std::size_t step) {
        return program.state()->steps.at(step).promised.launch.kernel->name;
    }
    static reference::Tensor result(const Program& program, const Network& network) {
        const PlacedView x(program.device(), program.inputs().at(0).spec);
        const PlacedView y(program.device(), program.outputs().at(0).spec);
        auto session = program.session();
        x.write(session.queue(), tests::random_inputs(network.graph, 1).at(0));
        session.run({{program.inputs().at(0).value, x.view()}}, {{program.outputs().at(0).value, y.view()}});
        return y.read(session.queue());
    }

private:
    TemporaryDirectory directory_;
};

TEST_F(BannedKernels, OfAProgramGiveWayToTheGenericOne) {
    const auto network = two_branches(ViewSpec::nhwc({1, 8, 6, 5}, 64), ViewSpec::nhwc({1, 32, 6, 5}, 64));
    const auto before = compile(network.graph, groups());
    const auto wide = kernel_of_step(before, 0);
    ban(wide);
    const auto after = compile(network.graph, groups());
    const auto generic = kernel_of_step(after, 0);
    EXPECT_NE(generic, wide);
    EXPECT_EQ(kernel_of_step(after, 1), kernel_of_step(before, 1)) << "this one is not banned";
    for (const auto& slot : after.state()->steps[0].promised.launch.pointers)
        EXPECT_TRUE(slot.argument.kind == ops::ArgumentKind::Packed || slot.guard_bytes == slot.element_bytes) << slot.name;
    EXPECT_TRUE(same_bits(result(before, network), result(after, network)));
    ban(generic);
    EXPECT_THAT(error_text([&] { (void)compile(network.graph, groups()); }),
                AllOf(HasSubstr("kernel " + generic + " is banned"), HasSubstr("abut cache unban " + key_of(generic))));
}

TEST_F(BannedKernels, OfALibraryGiveWayToTheGenericOne) {
    const Elementwise square{Expression::of(Function::Square)};
    const auto spec = ViewSpec::nhwc({1, 8, 4, 4}, 64);
    auto request = programs::elementwise_request(square, spec, {});
    request.output = spec;
    const auto wide = programs::lower_request(request, groups().profile());
    const auto generic = programs::lower_unaligned(request, wide, groups().profile());
    ASSERT_TRUE(generic);
    const auto built = [&] {
        return error_text([&] {
            KernelLibrary kernels(groups());
            (void)kernels.elementwise(square, spec, spec);
            kernels.build();
        });
    };
    EXPECT_EQ(built(), "nothing");
    ban(jit::kernel_name(wide.spec));
    EXPECT_EQ(built(), "nothing");
    ban(jit::kernel_name(generic->spec));
    EXPECT_THAT(built(), HasSubstr("kernel " + jit::kernel_name(generic->spec) + " is banned"));
}

}  // namespace
}  // namespace abut::test
