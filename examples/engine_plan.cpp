// SPDX-License-Identifier: Apache-2.0
// The plan alone: an engine keeps its own kernels and asks Abut where to put each value. Here a dense block of layers, each
// of which reads what all before it made; all of them write into one buffer, the engine's output, and nothing is joined.
#include <abut/plan.hpp>
#include <cmath>
#include <cstdio>
#include <map>
#include <vector>

using Floats = std::vector<float>;

constexpr std::int64_t height = 6, width = 7, pixels = height * width, inputs = 3, growth = 8, layers = 4;

// The engine's kernel: relu(weights * x) for each pixel. Pixels lie a pitch apart, the channels of one side by side.
void pointwise(const float* x, std::int64_t channels, std::int64_t x_pitch, const float* weights, float* y,
               std::int64_t y_pitch) {
    for (std::int64_t p = 0; p < pixels; ++p) {
        for (std::int64_t o = 0; o < growth; ++o) {
            float sum = 0;
            for (std::int64_t c = 0; c < channels; ++c) sum += x[p * x_pitch + c] * weights[o * channels + c];
            y[p * y_pitch + o] = std::fmax(sum, 0.0F);
        }
    }
}

Floats ramp(std::int64_t count, std::int64_t step) {
    Floats values;
    for (std::int64_t i = 0; i < count; ++i) values.push_back(static_cast<float>(i * step % 19) / 19.0F - 0.5F);
    return values;
}

abut::ViewSpec image(std::int64_t channels) {
    return abut::ViewSpec::nhwc({1, channels, height, width});
}

int main() {
    // Describe. A layer is opaque to Abut but for its views: rows of channels at any pitch.
    const abut::AcceptedView rows{.order = {0, 2, 3, 1}, .row_axes = 3};
    abut::Graph graph;
    std::map<abut::NodeId, Floats> weights;
    abut::ValueId state = graph.input("x", image(inputs));
    std::vector<abut::ValueId> made;
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        const std::int64_t channels = graph.value(state).shape[1];
        const abut::Opaque node{.kind = "pointwise", .outputs = {image(growth)}, .reads = {rows}, .writes = {rows}};
        made.push_back(graph.append(node, {state}).front());
        weights[graph.value(made.back()).producer] = ramp(channels * growth, 5 + layer);
        state = made.size() == 1 ? made.front() : graph.concat(made, 1);
    }
    graph.output("y", state, image(layers * growth));

    // Plan.
    const auto plan = abut::plan(graph);
    std::printf("%zu steps, %d of %d concats without a copy, %lld bytes copied, an arena of %lld bytes\n", plan.steps.size(),
                plan.statistics.concats_placed, plan.statistics.concats,
                static_cast<long long>(plan.statistics.copied_bytes), static_cast<long long>(plan.arena_bytes()));

    // Run the steps in their order, on the engine's memory.
    Floats x = ramp(pixels * inputs, 11), y(pixels * layers * growth);
    std::vector<std::byte> arena(static_cast<std::size_t>(plan.arena_bytes()));
    const auto address = [&](const abut::PlannedView& view) {
        const abut::Root& root = plan.roots[static_cast<std::size_t>(view.root)];
        auto* base = arena.data() + root.arena_offset_bytes;
        if (root.kind == abut::RootKind::Input) base = reinterpret_cast<std::byte*>(x.data());
        if (root.kind == abut::RootKind::Output) base = reinterpret_cast<std::byte*>(y.data());
        return reinterpret_cast<float*>(base + view.offset_bytes);
    };
    for (const abut::Step& step : plan.steps) {
        const abut::PlannedView &in = step.reads.front(), &out = step.writes.front();
        if (step.node.index < 0) return std::puts("a copy, which this block needs none of"), 1;
        pointwise(address(in), in.layout.shape[1], in.layout.strides[3], weights[step.node].data(), address(out),
                  out.layout.strides[3]);
    }

    // Compare with layers that join what is before them by copies.
    std::int64_t channels = inputs;
    Floats expected = x;
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        Floats result(pixels * growth), longer;
        pointwise(expected.data(), channels, channels, ramp(channels * growth, 5 + layer).data(), result.data(), growth);
        const std::int64_t kept = layer == 0 ? 0 : channels;
        for (std::int64_t p = 0; p < pixels; ++p) {
            longer.insert(longer.end(), expected.begin() + p * channels, expected.begin() + p * channels + kept);
            longer.insert(longer.end(), result.begin() + p * growth, result.begin() + (p + 1) * growth);
        }
        expected = std::move(longer);
        channels = kept + growth;
    }
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < y.size(); ++i) wrong += y[i] == expected[i] ? 0 : 1;
    std::printf("%zu of %zu elements wrong\n", wrong, y.size());
    return wrong == 0 ? 0 : 1;
}
