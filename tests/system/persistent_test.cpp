// SPDX-License-Identifier: Apache-2.0
// Programs whose steps are one kernel: the bits of launches, whatever the number of workers, and however short they wait.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "program/persistent_slot.hpp"
#include "program/profile_run.hpp"
#include "program/program_state.hpp"
#include "program/session_state.hpp"
#include "support/networks.hpp"
#include "support/placed_view.hpp"
#include "support/random_graph.hpp"
#include "support/run_program.hpp"
#include "support/run_step.hpp"
#include "support/shuffled_queue.hpp"
#include "zoo/zoo.hpp"

namespace abut::test {
namespace {

using programs::PersistentKernel;

/// The same program with another persistent kernel, or none.
Program with_kernel(const Program& program, std::optional<PersistentKernel> kernel) {
    const auto state = std::make_shared<Program::State>(*program.state());
    state->persistent.reset();
    if (kernel) state->persistent = std::make_shared<programs::PersistentSlot>(std::move(*kernel));
    return Program(state);
}

ValueId constant(Graph& graph, const Shape& shape) {
    return graph.constant(shape, random_tensor(shape, 1).elements);
}

PersistentKernel kernel_of(const Program& program, int workers, std::int64_t spins) {
    auto kernel = *program.state()->persistent->get();
    kernel.run.tiles = workers;
    kernel.spins = spins;
    return kernel;
}

/// Each output of each of `repeats` runs in one session that differs from `expected`, or a damage.
std::string differences(const Program& program, const std::vector<reference::Tensor>& inputs,
                        const std::vector<reference::Tensor>& expected, int repeats) {
    auto session = program.session();
    std::string found;
    for (int repeat = 0; repeat < repeats; ++repeat) {
        const auto result = run_program(program, session, inputs);
        found += result.damage;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            if (!same_bits(result.outputs[i], expected[i])) found += "output " + std::to_string(i) + "; ";
        }
    }
    return found;
}

Program persistent_program(const Graph& graph) {
    return compile(graph, test_device(), {.execution = Execution::Persistent});
}

/// Operations of which no other graph here has a kernel.
Graph rest_of_operations() {
    Graph graph;
    const auto x = graph.input("x", ViewSpec::nchw({1, 4, 16, 20}));
    const auto up = graph.conv_transpose2d(x, constant(graph, {4, 3, 2, 2}), {.strides = {2, 2}});
    const auto depth = graph.conv2d(x, constant(graph, {4, 1, 3, 3}), {.pads = {1, 1, 1, 1}, .groups = 4});
    graph.output("up", up);
    graph.output("mean", graph.reduce(up, ReduceKind::Mean, {2}));
    graph.output("depth", graph.pool2d(depth, {.kernel = {2, 2}}));
    graph.output("softmax", graph.softmax(graph.relu(x), 1));
    graph.output("resized",
                 graph.resize(x, {.mode = ResizeMode::Linear, .sizes = {1, 4, 12, 10}, .scales = {1, 1, 0.75F, 0.5F}}));
    graph.output("bools", graph.cast(x, DType::Bool));
    graph.output("copied", graph.slice(x, 2, 1, 7));
    graph.output("padded", graph.pad(x, {.mode = PadMode::Reflect, .before = {0, 0, 2, 1}, .after = {0, 0, 1, 2}}));
    graph.output("transposed", graph.transpose(x, {0, 1, 3, 2}));
    return graph;
}

std::set<std::string> stems_of(const Program& program) {
    std::set<std::string> stems;
    for (const auto& step : program.state()->steps) {
        const auto& name = step.promised.launch.kernel->name;
        stems.insert(name.substr(0, name.rfind('_')));
    }
    return stems;
}

TEST(PersistentOption, IsForDevicesWhoseWorkGroupsHaveAProcessorEach) {
    const bool is_there = persistent_program(dense_block().graph).state()->persistent != nullptr;
    EXPECT_EQ(is_there, programs::has_persistent_kernels(test_device()));
}

TEST(Persistent, GivesTheBitsOfLaunchesInEveryOperation) {
    std::set<std::string> stems;
    std::vector<Graph> graphs;
    graphs.push_back(tests::random_graph(5, {.nodes = 16, .max_channels = 20}));
    graphs.push_back(zoo::make_network("decoder:layers=1,heads=2,width=16,past=5"));
    graphs.push_back(rest_of_operations());
    for (const auto& graph : graphs) {
        const auto inputs = tests::random_inputs(graph, 1);
        const auto program = persistent_program(graph);
        ASSERT_NE(program.state()->persistent, nullptr);
        const auto launches = with_kernel(program, std::nullopt);
        auto session = launches.session();
        const auto expected = run_program(launches, session, inputs).outputs;
        for (const int workers : {1, 2, 3, 8}) {
            for (const std::int64_t spins : {0, 5, 1 << 14}) {
                EXPECT_EQ(differences(with_kernel(program, kernel_of(program, workers, spins)), inputs, expected, 3), "")
                    << graph.name() << ", " << workers << " workers, " << spins << " spins";
            }
        }
        stems.merge(stems_of(program));
    }
    EXPECT_EQ(stems, (std::set<std::string>{"cast", "conv2d", "conv2d_depthwise", "conv_transpose2d", "copy", "dense",
                                            "dense_unpacked", "elementwise", "mapped_copy", "pool2d", "reduce",
                                            "reduce_rows", "resize", "softmax", "softmax_rows", "transpose"}));
}

TEST(Persistent, ServesPortsThatAreLessAlignedThanPromised) {
    const auto& device = test_device();
    const auto queue = device.queue();
    const auto network = dense_block();
    const auto program = persistent_program(network.graph);
    auto session = program.session();
    const auto input = random_tensor(dense_block_input, 6);
    const auto expected = reference::evaluate(network.graph, std::vector{input}).at(0);
    std::vector<reference::Tensor> results;
    for (const std::int64_t lead : {16, 17, 3, 32}) {
        const PlacedView x(device, ViewSpec::nhwc(dense_block_input), lead);
        const PlacedView y(device, ViewSpec::nhwc(dense_block_output), 2 * lead + 1);
        x.write(queue, input);
        y.clear(queue);
        session.run({{network.x, x.view()}}, {{network.y, y.view()}});
        results.push_back(y.read(queue));
        EXPECT_EQ(y.damage(queue), "") << lead;
        EXPECT_EQ(difference(results.back(), expected), "") << lead;
    }
    for (const auto& result : results) EXPECT_TRUE(same_bits(result, results[0]));
}

TEST(Persistent, TwoSessionsAtOnce) {
    const auto network = dense_block();
    const auto program = persistent_program(network.graph);
    std::vector<std::string> found(2);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto inputs = tests::random_inputs(network.graph, 1 + static_cast<std::uint32_t>(i));
        const auto launches = with_kernel(program, std::nullopt);
        auto session = launches.session();
        const auto expected = run_program(launches, session, inputs).outputs;
        threads.emplace_back([&found, &program, i, inputs, expected] {
            found[i] = differences(with_kernel(program, kernel_of(program, 2, i == 0 ? 3 : 1 << 14)), inputs, expected, 20);
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(found, std::vector<std::string>(2));
}

TEST(Persistent, QueuesThatAreOutOfOrder) {
    const auto network = pooled_chain();
    const auto program = persistent_program(network.graph);
    const auto& device = test_device();
    const auto queue = device.queue();
    const PlacedView x(device, program.inputs().at(0).spec);
    const PlacedView y(device, program.outputs().at(0).spec);
    const auto input = random_tensor(program.inputs().at(0).spec.shape(), 3);
    x.write(queue, input);
    for (std::uint32_t seed = 1; seed <= 10; ++seed) {
        y.clear(queue);
        auto session = program.session({.queue = Queue(ShuffledQueue::make(queue, seed))});
        session.enqueue({{network.x, x.view()}}, {{network.y, y.view()}});
        session.enqueue({{network.x, x.view()}}, {{network.y, y.view()}}).wait();
        EXPECT_EQ(difference(y.read(queue), reference::evaluate(network.graph, std::vector{input}).at(0)), "") << seed;
    }
}

TEST(Persistent, IsBuiltInTheBackgroundOnceAProgramRunsAgain) {
    const auto network = dense_block();
    const auto program = compile(network.graph, test_device(), {.execution = Execution::Background});
    const auto inputs = tests::random_inputs(network.graph, 1);
    auto session = program.session();
    const auto expected = run_program(program, session, inputs).outputs;
    EXPECT_EQ(session.state().persistent(), nullptr);
    EXPECT_EQ(program.state()->persistent->get(), nullptr) << "nobody ran it twice";
    for (int run = 0; session.state().persistent() == nullptr && run < 1000; ++run) {
        EXPECT_TRUE(same_bits(run_program(program, session, inputs).outputs[0], expected[0]));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ASSERT_NE(session.state().persistent(), nullptr);
    EXPECT_TRUE(same_bits(run_program(program, session, inputs).outputs[0], expected[0]));
}

TEST(Persistent, ATimedRunTellsOfEachTileOnceAndInOrder) {
    const auto network = dense_block();
    const auto& device = test_device();
    const auto program = compile(network.graph, device, {.execution = Execution::Persistent, .timed = true});
    auto session = program.session();
    const PlacedView x(device, program.inputs().at(0).spec);
    const PlacedView y(device, program.outputs().at(0).spec);
    x.write(device.queue(), random_tensor(dense_block_input, 3));
    const std::vector<Binding> inputs{{network.x, x.view()}};
    const std::vector<Binding> outputs{{network.y, y.view()}};
    const auto profile = programs::profile_run(session, inputs, outputs, 3);
    const auto& steps = program.plan().steps;
    std::set<std::pair<int, std::int64_t>> seen;
    std::vector<double> end_us(steps.size());
    double busy_us = 0;
    for (const auto& tile : profile.tiles) {
        EXPECT_TRUE(seen.emplace(tile.step, tile.tile).second);
        EXPECT_LE(tile.begin_us, tile.end_us);
        busy_us += tile.end_us - tile.begin_us;
        auto& end = end_us[static_cast<std::size_t>(tile.step)];
        end = std::max(end, tile.end_us);
    }
    std::int64_t tiles = 0;
    for (const auto& step : program.state()->steps) tiles += step.promised.launch.tiles;
    EXPECT_EQ(std::ssize(seen), tiles);
    EXPECT_LE(busy_us, profile.run_us * profile.workers);
    for (const auto& tile : profile.tiles) {
        for (const int before : steps[static_cast<std::size_t>(tile.step)].dependencies)
            EXPECT_GE(tile.begin_us, end_us[static_cast<std::size_t>(before)]);
    }
    EXPECT_THROW(
        (void)[&] {
            auto launches = compile(network.graph, device, {}).session();
            return programs::profile_run(launches, inputs, outputs, 3);
        }(),
        Error);
}

/// The output of two steps whose second one comes first in the kernel's list, in an arena of zeros before.
reference::Tensor run_in_wrong_order(int workers, bool waits) {
    Graph graph;
    const auto x = graph.input("x", ViewSpec::nhwc({1, 16, 4, 4}));
    const auto pooled = graph.pool2d(x, {.kernel = {2, 2}});
    graph.output("y", graph.pool2d(pooled, {.kernel = {2, 2}}), ViewSpec::nhwc({1, 16, 2, 2}));
    const auto program = persistent_program(graph);
    auto kernel = kernel_of(program, workers, 5);
    EXPECT_EQ(kernel.steps.size(), 2U);
    EXPECT_EQ(kernel.steps.at(1).dependencies, std::vector<int>{0});
    kernel.steps = {kernel.steps[1], kernel.steps[0]};
    kernel.steps[0].dependencies = waits ? std::vector<int>{1} : std::vector<int>{};

    const auto& device = test_device();
    const auto changed = with_kernel(program, kernel);
    auto session = changed.session();
    device.queue().write(session.arena(), 0, std::vector<std::byte>(static_cast<std::size_t>(session.arena().size_bytes())));
    const PlacedView in(device, changed.inputs().at(0).spec);
    const PlacedView out(device, changed.outputs().at(0).spec);
    in.write(device.queue(), random_tensor({1, 16, 4, 4}, 1));
    out.clear(device.queue());
    session.run({{changed.inputs().at(0).value, in.view()}}, {{changed.outputs().at(0).value, out.view()}});
    return out.read(device.queue());
}

/// Where a dependency can't be met nothing is computed, and the wait ends; without it the step reads what is not there yet.
TEST(Persistent, NoStepBeginsBeforeWhatItDependsOn) {
    const auto is_canary = [](float element) { return std::isnan(element); };
    for (const int workers : {1, 2, 8}) {
        EXPECT_TRUE(std::ranges::all_of(run_in_wrong_order(workers, true).elements, is_canary)) << workers;
        EXPECT_TRUE(std::ranges::none_of(run_in_wrong_order(workers, false).elements, is_canary)) << workers;
    }
}

}  // namespace
}  // namespace abut::test
