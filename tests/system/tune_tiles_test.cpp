// SPDX-License-Identifier: Apache-2.0
// Programs in other tiles than the estimated ones: the same bits, and those that the cache's directory has.
#include "program/tune_tiles.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "abut/kernels.hpp"
#include "jit/generate_source.hpp"
#include "program/device_class.hpp"
#include "program/program_state.hpp"
#include "program/specialised_kernel.hpp"
#include "support/flags.hpp"
#include "support/opencl_test.hpp"
#include "support/placed_view.hpp"
#include "support/random_graph.hpp"
#include "support/run_program.hpp"
#include "support/run_step.hpp"
#include "support/temporary_directory.hpp"

namespace abut::test {
namespace {

class TunedPrograms : public OpenClTest {
protected:
    [[nodiscard]] Device cached() const {
        return {device().backend(), {.cache = {.directory = directory_.path()}, .kernels = KernelFamily::Cpu}};
    }
    static std::vector<std::string> kernels(const Program& program) {
        std::vector<std::string> names;
        for (const auto& step : program.state()->steps) names.push_back(step.promised.launch.kernel->name);
        return names;
    }
    static std::vector<float> result(const Program& program) {
        auto session = program.session();
        const auto ran = run_program(program, session, {random_tensor({1, 24, 20, 22}, 1)});
        EXPECT_EQ(ran.damage, "");
        return ran.outputs.at(0).elements;
    }
    /// A 1x1 and a 3x3 of minimal filtering, side by side in the slices of one concat.
    static Graph graph() {
        Graph graph;
        const auto constant = [&](const Shape& shape) { return graph.constant(shape, random_tensor(shape, 2).elements); };
        const ValueId x = graph.input("x", ViewSpec::nhwc({1, 24, 20, 22}));
        const ValueId first = graph.conv2d(x, constant({40, 24, 1, 1}));
        const ValueId second = graph.conv2d(x, constant({33, 24, 3, 3}), {.pads = {1, 1, 1, 1}, .winograd = 4});
        graph.output("y", graph.concat({first, second}, 1), ViewSpec::nhwc({1, 73, 20, 22}));
        return graph;
    }
    void store(const std::vector<programs::TileChoices>& choices, std::size_t place) {
        std::vector<jit::TunedTile> tiles;
        for (const auto& [problem, tile] : programs::tiles_at(choices, place))
            tiles.push_back({.problem = problem, .tile = tile, .gain = 1.1, .noise = 0.01});
        jit::write_tiles(directory_.path(), programs::measured_identity(cached()), tiles);
    }
    [[nodiscard]] const std::string& directory() const { return directory_.path(); }

private:
    TemporaryDirectory directory_;
};

TEST_F(TunedPrograms, HaveTheSameBitsInEveryTile) {
    const auto estimated = compile(graph(), cached());
    const auto choices = programs::tile_choices(estimated, 4);
    ASSERT_EQ(choices.size(), 2U);
    const auto expected = result(estimated);
    for (std::size_t place = 1; place < 4; ++place) {
        const auto other = programs::compile_in_tiles(graph(), cached(), {}, programs::tiles_at(choices, place));
        EXPECT_NE(kernels(other), kernels(estimated)) << "the control";
        EXPECT_TRUE(result(other) == expected) << place;
    }
}

/// A soak: --gtest_filter='*TunedPrograms*' --random-graphs=500
TEST_F(TunedPrograms, OfRandomGraphsHaveTheSameBits) {
    const auto end = flags().random_seed + flags().graphs_or(3);
    int different = 0;
    for (auto seed = flags().random_seed; seed < end; ++seed) {
        const auto graph = tests::random_graph(seed, {.nodes = 2, .max_channels = 20, .max_extent = 9});
        const auto inputs = tests::random_inputs(graph, seed);
        const auto estimated = compile(graph, cached());
        const auto choices = programs::tile_choices(estimated, 4);
        if (choices.empty()) continue;
        const auto place = 1 + seed % 3;
        const auto other = programs::compile_in_tiles(graph, cached(), {}, programs::tiles_at(choices, place));
        if (kernels(other) != kernels(estimated)) ++different;
        auto session = estimated.session();
        auto other_session = other.session();
        const auto expected = run_program(estimated, session, inputs);
        const auto found = run_program(other, other_session, inputs);
        EXPECT_EQ(found.damage, "") << seed;
        for (std::size_t i = 0; i < expected.outputs.size(); ++i)
            EXPECT_TRUE(same_bits(found.outputs[i], expected.outputs[i])) << seed;
        EXPECT_NO_THROW(check_steps(other, other_session, inputs, seed)) << seed;
    }
    EXPECT_GT(different, 0) << "the control";
}

TEST_F(TunedPrograms, TakeWhatTheDirectoryHas) {
    const auto estimated = compile(graph(), cached());
    const auto choices = programs::tile_choices(estimated, 3);
    store(choices, 1);
    const auto tuned = compile(graph(), cached());
    EXPECT_EQ(kernels(tuned), kernels(programs::compile_in_tiles(graph(), cached(), {}, programs::tiles_at(choices, 1))));
    EXPECT_NE(kernels(tuned), kernels(estimated));
    for (std::size_t i = 0; i < choices.size(); ++i)
        EXPECT_EQ(programs::tile_choices(tuned, 3)[i].tiles, choices[i].tiles) << "what is measured does not depend on it";
    jit::write_tiles(directory(), programs::measured_identity(cached()) + "another", {});
    EXPECT_EQ(kernels(compile(graph(), cached())), kernels(tuned));
    jit::write_tiles(directory(), programs::measured_identity(cached()), {});
    EXPECT_EQ(kernels(compile(graph(), cached())), kernels(estimated));
}

TEST_F(TunedPrograms, ShareTheirTilesWithSingleKernels) {
    auto request =
        programs::conv2d_request({}, ViewSpec::nhwc({1, 24, 20, 22}), ViewSpec(DType::Float32, {40, 24, 1, 1}), {});
    request.output = ViewSpec::nhwc({1, 40, 20, 22});
    const auto name = [&] { return jit::kernel_name(SpecialisedKernel::State(cached(), request).promised.spec); };
    const auto before = name();
    store(programs::tile_choices(compile(graph(), cached()), 2), 1);
    EXPECT_NE(name(), before);
}

TEST_F(TunedPrograms, AreTimedStepByStep) {
    const auto program = compile(graph(), cached(), {.execution = Execution::Persistent, .timed = true});
    auto session = program.session();
    const auto bound = [&](const Port& port) {
        const auto bytes = port.spec.layout.extent() * size_bytes(port.spec.dtype);
        return Binding{port.value, TensorView(cached().allocate(bytes), 0, port.spec.dtype, port.spec.layout)};
    };
    const std::vector inputs{bound(program.inputs()[0])};
    const std::vector outputs{bound(program.outputs()[0])};
    const auto run = programs::run_steps(session, inputs, outputs);
    ASSERT_EQ(run.steps.size(), program.state()->plan.steps.size());
    for (const double cycles : run.steps) {
        EXPECT_GT(cycles, 0);
        EXPECT_LE(cycles, run.all);
    }
    const auto launched = compile(graph(), cached());
    auto by_launches = launched.session();
    EXPECT_THROW((void)programs::run_steps(by_launches, inputs, outputs), Error) << "nothing notes times there";
}

}  // namespace
}  // namespace abut::test
