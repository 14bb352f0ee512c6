// SPDX-License-Identifier: Apache-2.0
// Handles that are empty and numbers out of range are refused with an Error; none of this needs a device.
#include <gtest/gtest.h>

#include <array>
#include <utility>

#include "abut/kernels.hpp"
#include "abut/plan.hpp"
#include "abut/program.hpp"
#include "program/session_state.hpp"
#include "support/error_text.hpp"

namespace abut {
namespace {

using testing_support::error_text;

template <typename Call>
void expect_empty(Call call, const std::string& what) {
    EXPECT_EQ(error_text(call), "the " + what + " is empty: it was default-constructed or moved from");
}

TEST(EmptyHandles, OfMemoryAndQueues) {
    std::array<std::byte, 4> bytes{};
    expect_empty([] { (void)Buffer().size_bytes(); }, "buffer");
    expect_empty([] { (void)Buffer(nullptr, 0, 0); }, "memory");
    expect_empty([] { (void)TensorView().spec(); }, "buffer of the view");
    expect_empty([] { (void)TensorView(Buffer(), 0, DType::Float32, {}); }, "buffer");
    expect_empty([] { Queue().finish(); }, "queue");
    expect_empty([&] { Queue().write(Buffer(), 0, bytes); }, "buffer");
    EXPECT_NE(error_text([] { (void)TensorView().slice(0, 0, 1); }), "nothing");
    EXPECT_NE(error_text([] { (void)Buffer::wrap(nullptr); }), "nothing");
    EXPECT_NE(error_text([] { (void)Event::wrap(cl_event{}); }), "nothing");
    EXPECT_NE(error_text([] { (void)Queue::wrap(cl_command_queue{}); }), "nothing");
    EXPECT_NE(error_text([] { (void)Event::wrap(CUevent{}); }), "nothing");
    EXPECT_NE(error_text([] { (void)Device::wrap(CUcontext{}); }), "nothing");
    EXPECT_NE(error_text([] { (void)Buffer::wrap_cuda(0, 4); }), "nothing");
    EXPECT_NO_THROW(Event().wait());
}

TEST(EmptyHandles, OfPrograms) {
    const Program program(nullptr);
    expect_empty([&] { (void)program.session(); }, "program");
    expect_empty([&] { (void)program.arena_bytes(); }, "program");
    expect_empty([&] { (void)program.plan(); }, "program");
    expect_empty([&] { (void)program.graph(); }, "program");
    expect_empty([&] { (void)program.inputs(); }, "program");
    expect_empty([&] { (void)program.outputs(); }, "program");
    expect_empty([&] { (void)program.shared_ports(); }, "program");
    expect_empty([&] { (void)program.statistics(); }, "program");
    expect_empty([&] { (void)program.device(); }, "program");
    Session session(nullptr);
    expect_empty([&] { (void)session.enqueue({}, {}); }, "session");
    expect_empty([&] { session.run({}, {}); }, "session");
    expect_empty([&] { (void)session.arena(); }, "session");
    expect_empty([&] { (void)session.queue(); }, "session");
    WeightStore store;
    const WeightStore taken = std::move(store);
    expect_empty([&] { (void)store.size_bytes(); }, "weight store");  // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(taken.size_bytes(), 0);
}

TEST(EmptyHandles, OfKernels) {
    const SpecialisedKernel kernel(nullptr);
    expect_empty([&] { (void)kernel.pack(Queue(), {}); }, "kernel");
    expect_empty([&] { (void)kernel.enqueue(Queue(), {}); }, "kernel");
    EXPECT_EQ(Packed().size_bytes(), 0);
}

TEST(NumbersOutOfRange, OfNodesAndValues) {
    const Graph graph;
    for (const std::int32_t number : {-1, 0, 99}) {
        EXPECT_NE(error_text([&] { (void)graph.node({number}); }).find("found number " + std::to_string(number)),
                  std::string::npos);
        EXPECT_NE(error_text([&] { (void)graph.value({number}); }).find("found number " + std::to_string(number)),
                  std::string::npos);
        EXPECT_NE(error_text([&] { (void)Plan().view({number}); }), "nothing");
    }
}

TEST(NumbersOutOfRange, OfPlanOptions) {
    Graph graph;
    graph.output("y", graph.relu(graph.input("x", ViewSpec::nchw({4}))));
    for (const auto mode : {ConcatMode::Slices, ConcatMode::Copies}) {
        for (const std::int64_t bytes : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{48}, std::int64_t{1} << 40}) {
            const auto text = error_text([&] { (void)plan(graph, {.concat = mode, .root_alignment_bytes = bytes}); });
            EXPECT_NE(text.find("root_alignment_bytes"), std::string::npos) << text;
            EXPECT_NE(text.find("found " + std::to_string(bytes)), std::string::npos) << text;
        }
        EXPECT_NO_THROW((void)plan(graph, {.concat = mode, .root_alignment_bytes = 1}));
    }
}

TEST(NumbersOutOfRange, OfAlignments) {
    const Alignment none{0, 0};
    const Alignment four{4, 0};
    EXPECT_NE(error_text([&] { (void)none.moved(4); }), "nothing");
    EXPECT_NE(error_text([&] { (void)none.power_of_two(); }), "nothing");
    EXPECT_NE(error_text([&] { (void)none.joined(none); }), "nothing");
    EXPECT_NE(error_text([&] { (void)four.joined(none); }), "nothing");
    ViewSpec spec = ViewSpec::nchw({4});
    spec.alignment = none;
    EXPECT_NE(error_text([&] { (void)spec.slice(0, 1, 2); }), "nothing");
}

}  // namespace
}  // namespace abut
