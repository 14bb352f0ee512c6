// SPDX-License-Identifier: Apache-2.0
// A graph: two convolutions joined by a concat. Abut lets both write into their slices of the output, which is memory of the
// caller's; nothing is copied to join them.
#include <abut/program.hpp>
#include <cmath>
#include <cstdio>
#include <vector>

using Floats = std::vector<float>;

constexpr std::size_t height = 12, width = 10, inputs = 3, narrow = 8, wide = 24;

Floats ramp(std::size_t count, std::size_t step) {
    Floats values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i * step % 19) / 19.0F - 0.5F;
    return values;
}

// relu of a convolution that keeps height and width, by a plain loop; all in the order N, C, H, W.
float expected(const Floats& x, const Floats& weights, std::size_t kernel, std::size_t channel, std::size_t row,
               std::size_t column) {
    float sum = 0;
    for (std::size_t c = 0; c < inputs; ++c) {
        for (std::size_t tap = 0; tap < kernel * kernel; ++tap) {
            const auto h = row + tap / kernel - kernel / 2, w = column + tap % kernel - kernel / 2;
            if (h >= height || w >= width) continue;  // in the padding; below 0 wraps around
            sum += x[(c * height + h) * width + w] * weights[(channel * inputs + c) * kernel * kernel + tap];
        }
    }
    return std::fmax(sum, 0.0F);
}

int main() {
    // Describe. Shapes are N, C, H, W; the constants' elements are shared or, as here, copied.
    const Floats weights3 = ramp(narrow * inputs * 9, 5), weights1 = ramp(wide * inputs, 7);
    abut::Graph graph;
    const auto x = graph.input("x", abut::ViewSpec::nchw({1, inputs, height, width}));
    const auto a = graph.relu(graph.conv2d(x, graph.constant({narrow, inputs, 3, 3}, weights3), {.pads = {1, 1, 1, 1}}));
    const auto b = graph.relu(graph.conv2d(x, graph.constant({wide, inputs, 1, 1}, weights1)));
    const auto y = graph.concat({a, b}, 1);
    graph.output("y", y, abut::ViewSpec::nhwc({1, narrow + wide, height, width}));  // this output is wanted channels-last

    // Compile: once, for any number of sessions and threads.
    const auto device = abut::Device::open();
    const auto show = [](const abut::CompileProgress& p) {
        std::printf("kernels %d/%d%c", p.done, p.total, p.done < p.total ? '\r' : '\n');
    };
    const auto program = abut::compile(std::move(graph), device, {.progress = show});
    const auto& plan = program.plan().statistics;
    std::printf("on %s: %d steps, %d of %d concats without a copy, %lld bytes copied, an arena of %lld bytes\n",
                device.profile().name.c_str(), program.statistics().steps, plan.concats_placed, plan.concats,
                static_cast<long long>(plan.copied_bytes), static_cast<long long>(program.arena_bytes()));

    // Run, on the caller's memory.
    Floats in = ramp(inputs * height * width, 11), out((narrow + wide) * height * width);
    auto session = program.session();
    session.run({{x, abut::TensorView::wrap(in.data(), abut::ViewSpec::nchw({1, inputs, height, width}))}},
                {{y, abut::TensorView::wrap(out.data(), abut::ViewSpec::nhwc({1, narrow + wide, height, width}))}});

    std::size_t wrong = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto channel = i % (narrow + wide), pixel = i / (narrow + wide);
        const float wanted = channel < narrow ? expected(in, weights3, 3, channel, pixel / width, pixel % width)
                                              : expected(in, weights1, 1, channel - narrow, pixel / width, pixel % width);
        wrong += std::fabs(out[i] - wanted) <= 1e-5F ? 0 : 1;
    }
    std::printf("%zu of %zu elements wrong\n", wrong, out.size());
    return wrong == 0 ? 0 : 1;
}
