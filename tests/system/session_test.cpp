// SPDX-License-Identifier: Apache-2.0
// Sessions: queues, arenas and memory of the caller's.
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "abut/error.hpp"
#include "support/networks.hpp"
#include "support/placed_view.hpp"
#include "support/random_graph.hpp"
#include "support/run_program.hpp"
#include "support/run_step.hpp"
#include "support/shuffled_queue.hpp"

namespace abut::test {
namespace {

reference::Tensor expected_of(const Network& network, const reference::Tensor& input) {
    return reference::evaluate(network.graph, std::vector{input}).at(0);
}

TEST(Session, TwoFromTwoThreadsGiveTheBitsOfOne) {
    const auto network = dense_block();
    const auto program = compile(network.graph, test_device());
    const std::vector<std::vector<reference::Tensor>> inputs{tests::random_inputs(network.graph, 1),
                                                             tests::random_inputs(network.graph, 2)};
    std::vector<reference::Tensor> alone;
    for (const auto& input : inputs) {
        auto session = program.session();
        alone.push_back(run_program(program, session, input).outputs.at(0));
    }
    ASSERT_FALSE(same_bits(alone[0], alone[1])) << "the comparison below would say nothing";
    std::vector<int> differing(2);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < 2; ++i) {
        threads.emplace_back([&, i] {
            auto session = program.session();
            for (int repeat = 0; repeat < 10; ++repeat) {
                differing[i] += same_bits(run_program(program, session, inputs[i]).outputs.at(0), alone[i]) ? 0 : 1;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(differing, (std::vector<int>{0, 0}));
}

TEST(Session, ReadsAndWritesSlicesOfTheCallers) {
    // Both ports are slices of larger tensors, at offsets that no vector is aligned to.
    const auto& device = test_device();
    const auto input = ViewSpec::nhwc({1, 21, 6, 5}).slice(1, 3, 11);
    const auto output = ViewSpec::nhwc({1, 45, 6, 5}).slice(1, 7, 27);
    const auto network = dense_block(input, output);
    EXPECT_EQ(check_graph(network.graph, device, {}), "");
}

TEST(Session, WritesIntoTheConcatOfItsCaller) {
    const auto& device = test_device();
    const auto queue = device.queue();
    const auto whole_spec = ViewSpec::nhwc({1, 64, 6, 5});
    const PlacedView whole(device, whole_spec, 16);
    whole.clear(queue);
    const auto left = whole.view().slice(1, 0, 32);
    const auto right = whole.view().slice(1, 32, 64);
    const auto network = two_branches(ViewSpec::nhwc(dense_block_input), left.spec());
    const auto program = compile(network.graph, device);
    auto session = program.session();
    const auto input = random_tensor(dense_block_input, 3);
    const PlacedView x(device, ViewSpec::nhwc(dense_block_input));
    x.write(queue, input);
    session.run({{network.x, x.view()}}, {{network.y, right}});
    const auto before = whole.read(queue);
    session.run({{network.x, x.view()}}, {{network.y, left}});
    const auto after = whole.read(queue);
    EXPECT_EQ(whole.damage(queue), "");
    const auto expected = expected_of(network, input);
    const auto pixels = static_cast<std::size_t>(6 * 5);
    for (std::size_t i = 0; i < 32 * pixels; ++i) {
        ASSERT_NEAR(after.elements[i], expected.elements[i], 1e-4F) << i;
        ASSERT_NEAR(after.elements[32 * pixels + i], expected.elements[i], 1e-4F) << i;
        ASSERT_TRUE(std::isnan(before.elements[i])) << "the slice that was not bound was written";
    }
}

TEST(Session, RunsInTheArenaAndQueueOfItsCaller) {
    const auto& device = test_device();
    const auto network = dense_block();
    const auto program = compile(network.graph, device);
    ASSERT_GT(program.arena_bytes(), 0);
    const auto queue = device.queue();
    const auto arena = device.allocate(program.arena_bytes() + 64);
    auto session = program.session({.queue = queue, .arena = arena});
    EXPECT_EQ(session.arena().memory(), arena.memory());
    EXPECT_EQ(session.queue().backend(), queue.backend());
    const auto inputs = tests::random_inputs(network.graph, 9);
    EXPECT_EQ(difference(run_program(program, session, inputs).outputs.at(0), expected_of(network, inputs[0])), "");
}

TEST(Session, RefusesAnArenaThatIsTooSmall) {
    const auto program = compile(dense_block().graph, test_device());
    const auto needed = program.arena_bytes();
    ASSERT_GT(needed, 64);
    try {
        (void)program.session({.arena = test_device().allocate(needed - 64)});
        FAIL() << "the arena was taken";
    } catch (const Error& error) {
        const std::string text = error.what();
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_NE(text.find(std::to_string(needed)), std::string::npos) << text;
        EXPECT_NE(text.find(std::to_string(needed - 64)), std::string::npos) << text;
    }
}

/// Runs one after another, without a wait between them, on a queue that reorders what it may. (It launches late, so that a
/// session must not be bound anew in between.)
std::string run_shuffled(const Network& network, std::uint32_t seed, bool ignores_waits) {
    const auto& device = test_device();
    const auto queue = device.queue();
    const auto program = compile(network.graph, device);
    const auto shape = program.inputs().at(0).spec.shape();
    const PlacedView first(device, program.inputs().at(0).spec);
    const PlacedView middle(device, program.outputs().at(0).spec);
    const PlacedView last(device, program.outputs().at(0).spec);
    const auto input = random_tensor(shape, seed);
    first.write(queue, input);
    middle.clear(queue);
    last.clear(queue);
    const auto shuffled = ShuffledQueue::make(queue, seed, ignores_waits);
    auto session = program.session({.queue = Queue(shuffled)});
    auto other = program.session({.queue = Queue(shuffled)});
    poison(queue, session.arena());
    poison(queue, other.arena());
    // The second run waits through the session; the third, of another session, through its wait list.
    session.enqueue({{network.x, first.view()}}, {{network.y, middle.view()}});
    const auto half = session.enqueue({{network.x, first.view()}}, {{network.y, middle.view()}});
    const auto done = other.enqueue({{network.x, middle.view()}}, {{network.y, last.view()}}, {.wait = {half}});
    done.wait();
    const auto once = expected_of(network, input);
    return difference(middle.read(queue), once) + difference(last.read(queue), expected_of(network, once));
}

TEST(Session, OutOfOrderQueuesKeepTheDependencies) {
    const auto network = pooled_chain();
    for (std::uint32_t seed = 1; seed <= 20; ++seed) ASSERT_EQ(run_shuffled(network, seed, false), "") << "seed " << seed;
}

TEST(Session, ItsEndWaitsForTheLastRun) {
    const auto& device = test_device();
    const auto queue = device.queue();
    const auto network = dense_block();
    const auto program = compile(network.graph, device);
    const auto input = random_tensor(dense_block_input, 4);
    const PlacedView x(device, program.inputs().at(0).spec);
    const PlacedView y(device, program.outputs().at(0).spec);
    x.write(queue, input);
    y.clear(queue);
    {
        auto session = program.session();
        session.enqueue({{network.x, x.view()}}, {{network.y, y.view()}});
        auto moved = std::move(session);
    }
    EXPECT_EQ(difference(y.read(queue), expected_of(network, input)), "");
}

}  // namespace
}  // namespace abut::test
