// SPDX-License-Identifier: Apache-2.0
// What the library promises to threads; scripts/checks/threads runs this under the thread sanitizer.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "abut/program.hpp"

namespace {

using abut::Shape;
using abut::ValueId;
using abut::ViewSpec;

const Shape input_shape{1, 8, 12, 12};

std::vector<float> random_elements(std::size_t count, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> distribution(-0.2F, 0.2F);
    std::vector<float> elements(count);
    for (float& element : elements) element = distribution(generator);
    return elements;
}

/// A dense block of three layers and a head, as DenseNet has them: every layer reads a concat and is an operand of the next.
struct Network {
    abut::Graph graph;
    ValueId x;
    ValueId y;
};

Network dense_block() {
    Network network;
    network.x = network.graph.input("x", ViewSpec::nchw(input_shape));
    ValueId features = network.x;
    for (unsigned layer = 0; layer < 3; ++layer) {
        const std::int64_t channels = network.graph.value(features).shape[1];
        const Shape shape{16, channels, 3, 3};
        const auto elements = random_elements(static_cast<std::size_t>(element_count(shape)), 7 + layer);
        const ValueId weights = network.graph.constant(shape, elements);
        const ValueId grown =
            network.graph.relu(network.graph.conv2d(features, weights, abut::Conv2d{.pads = {1, 1, 1, 1}}));
        features = network.graph.concat({features, grown}, 1);
    }
    network.y = network.graph.softmax(network.graph.flatten(network.graph.global_average_pool(features)), 1);
    network.graph.output("y", network.y);
    return network;
}

/// Kernels are kept in memory only: every test builds its own.
abut::Device open_device() {
    return abut::Device::open("opencl:0", {.cache = {.directory = ""}});
}

class Runner {
public:
    Runner(const abut::Program& program, const Network& network, unsigned seed)
        : session_(program.session()),
          network_(network),
          input_(random_elements(static_cast<std::size_t>(element_count(input_shape)), seed)),
          output_(static_cast<std::size_t>(element_count(program.graph().outputs().front().spec.shape()))) {}

    const std::vector<float>& run() {
        std::fill(output_.begin(), output_.end(), -1.0F);
        const Shape shape{1, static_cast<std::int64_t>(output_.size())};
        session_.run({{network_.x, abut::TensorView::wrap(input_.data(), ViewSpec::nchw(input_shape))}},
                     {{network_.y, abut::TensorView::wrap(output_.data(), ViewSpec(abut::DType::Float32, shape))}});
        return output_;
    }

private:
    abut::Session session_;
    const Network& network_;
    std::vector<float> input_;
    std::vector<float> output_;
};

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

TEST(Sessions, TwoOfOneProgramGiveTheBitsThatOneGives) {
    const Network network = dense_block();
    const abut::Program program = abut::compile(network.graph, open_device());
    const std::array<std::vector<float>, 2> alone{Runner(program, network, 1).run(), Runner(program, network, 2).run()};
    ASSERT_FALSE(same_bits(alone[0], alone[1])) << "two inputs must give two results, or the comparison below says nothing";

    std::array<int, 2> differing{};
    std::vector<std::thread> threads;
    for (unsigned thread = 0; thread < 2; ++thread) {
        threads.emplace_back([&, thread] {
            Runner runner(program, network, thread + 1);
            for (int repeat = 0; repeat < 25; ++repeat)
                differing.at(thread) += same_bits(runner.run(), alone.at(thread)) ? 0 : 1;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(differing[0], 0);
    EXPECT_EQ(differing[1], 0);
}

TEST(Sessions, ProgramsAreCompiledFromTwoThreadsOnOneDevice) {
    const Network network = dense_block();
    const abut::Device device = open_device();
    const abut::WeightStore weights;
    std::array<std::vector<float>, 2> results;
    std::vector<std::thread> threads;
    for (unsigned thread = 0; thread < 2; ++thread) {
        threads.emplace_back([&, thread] {
            const abut::Program program = abut::compile(network.graph, device, {.weights = weights});
            results.at(thread) = Runner(program, network, 3).run();
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_TRUE(same_bits(results[0], results[1]));
    EXPECT_FALSE(results[0].empty());
}

}  // namespace
