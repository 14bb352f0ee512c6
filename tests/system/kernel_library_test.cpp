// SPDX-License-Identifier: Apache-2.0
// Kernels one by one, on views of the caller's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "abut/error.hpp"
#include "abut/kernels.hpp"
#include "support/placed_view.hpp"
#include "support/run_step.hpp"
#include "support/shuffled_queue.hpp"

namespace abut::test {
namespace {

using reference::Tensor;

constexpr std::int64_t height = 6;
constexpr std::int64_t width = 5;
const Shape input_shape{1, 8, height, width};
const Shape weight_shape{12, 8, 3, 3};
const Shape output_shape{1, 12, height, width};
const Conv2d same_size{.pads = {1, 1, 1, 1}, .epilogue = {Bias{}, Relu{}}};

class Kernels : public testing::Test {
protected:
    /// What conv2d must give, for operands in the order of Node::inputs.
    static Tensor expected(const Operation& operation, const std::vector<Tensor>& inputs) {
        return reference::evaluate_node(operation, inputs).at(0);
    }
    PlacedView placed(const ViewSpec& spec, const Tensor& tensor, std::int64_t lead = 16) {
        PlacedView view(device_, spec, lead);
        view.write(queue_, tensor);
        return view;
    }
    PlacedView cleared(const ViewSpec& spec, std::int64_t lead = 16) {
        PlacedView view(device_, spec, lead);
        view.clear(queue_);
        return view;
    }

    const Device device_ = test_device();
    const Queue queue_ = device_.queue();
    KernelLibrary kernels_{device_};
    const Tensor input_ = random_tensor(input_shape, 1);
    const Tensor weights_ = random_tensor(weight_shape, 2);
    const Tensor bias_ = random_tensor({12}, 3);
    const Tensor image_bias_{{1, 12, 1, 1}, bias_.elements};
    const Tensor expected_ = expected(same_size, {input_, weights_, image_bias_});
};

TEST_F(Kernels, ConvolutionIntoASlice) {
    const auto x = placed(ViewSpec::nhwc(input_shape), input_);
    const auto b = placed(ViewSpec::nchw({12}), bias_, 5);
    const auto out_spec = ViewSpec::nhwc({1, 31, height, width}).slice(1, 7, 19);
    const auto y = cleared(out_spec, 18);
    const auto kernel = kernels_.conv2d(same_size, x.view().spec(), ViewSpec::nchw(weight_shape), y.view().spec());
    kernels_.build();
    const auto weights = kernel.pack(queue_, weights_.elements);
    EXPECT_GE(weights.size_bytes(), 12 * 8 * 9 * 4);
    kernel
        .enqueue(queue_, {.input = x.view(), .weights = weights, .bias = b.view(), .output = y.view()},
                 {.wait = {weights.ready()}})
        .wait();
    EXPECT_EQ(difference(y.read(queue_), expected_), "");
    EXPECT_EQ(y.damage(queue_), "");
}

TEST_F(Kernels, LessAlignedThanTheSpecGivesTheSameBits) {
    const auto kernel = kernels_.conv2d(same_size, ViewSpec::nhwc(input_shape, 64), ViewSpec::nchw(weight_shape),
                                        ViewSpec::nhwc(output_shape, 64));
    kernels_.build();
    const auto weights = kernel.pack(queue_, weights_.elements);
    const auto b = placed(ViewSpec::nchw({12}), bias_);
    std::vector<Tensor> results;
    for (const std::int64_t lead : {16, 17, 2}) {
        const auto x = placed(ViewSpec::nhwc(input_shape), input_, lead);
        const auto y = cleared(ViewSpec::nhwc(output_shape), lead + 1);
        kernel.enqueue(queue_, {.input = x.view(), .weights = weights, .bias = b.view(), .output = y.view()}).wait();
        results.push_back(y.read(queue_));
        EXPECT_EQ(y.damage(queue_), "");
        EXPECT_EQ(difference(results.back(), expected_), "") << lead;
        EXPECT_TRUE(same_bits(results.back(), results.front())) << lead;
    }
}

TEST_F(Kernels, PrologueBiasAndResidual) {
    const Conv2d fused{.prologue = {Scale{}, Bias{}, Relu{}}, .epilogue = {Bias{}, Residual{}, Relu{}}};
    const Tensor weights{{12, 8, 1, 1}, random_tensor({12 * 8}, 4).elements};
    const Tensor scale = random_tensor({1, 8, 1, 1}, 5);
    const Tensor shift = random_tensor({1, 8, 1, 1}, 6);
    const Tensor residual = random_tensor(output_shape, 7);
    const auto x = placed(ViewSpec::nhwc(input_shape), input_);
    const auto s = placed(ViewSpec::nchw(scale.shape), scale);
    const auto t = placed(ViewSpec::nchw(shift.shape), shift);
    const auto b = placed(ViewSpec::nchw({12}), bias_);
    const auto r = placed(ViewSpec::nhwc(output_shape), residual);
    const auto y = cleared(ViewSpec::nhwc(output_shape));
    const std::vector<ViewSpec> operands{ViewSpec::nchw(scale.shape), ViewSpec::nchw(shift.shape),
                                         ViewSpec::nchw(image_bias_.shape), ViewSpec::nhwc(output_shape)};
    const auto kernel =
        kernels_.conv2d(fused, x.view().spec(), ViewSpec::nchw(weights.shape), ViewSpec::nhwc(output_shape), operands);
    kernels_.build();
    const auto packed = kernel.pack(queue_, weights.elements);
    kernel
        .enqueue(queue_, {.input = x.view(),
                          .weights = packed,
                          .bias = b.view(),
                          .operands = {s.view(), t.view(), r.view()},
                          .output = y.view()})
        .wait();
    EXPECT_EQ(difference(y.read(queue_), expected(fused, {input_, weights, scale, shift, image_bias_, residual})), "");
    EXPECT_EQ(y.damage(queue_), "");
}

TEST_F(Kernels, Dense) {
    const Dense attributes{.transpose_b = true, .epilogue = {Bias{}}};
    const Tensor a = random_tensor({3, 20}, 8);
    const Tensor b = random_tensor({12, 20}, 9);
    const auto x = placed(ViewSpec::nchw(a.shape), a);
    const auto bias = placed(ViewSpec::nchw({12}), bias_);
    const auto y = cleared(ViewSpec::nchw({3, 17}).slice(1, 2, 14));
    const auto kernel = kernels_.dense(attributes, x.view().spec(), ViewSpec::nchw(b.shape), y.view().spec());
    kernels_.build();
    const auto packed = kernel.pack(queue_, b.elements);
    kernel.enqueue(queue_, {.input = x.view(), .weights = packed, .bias = bias.view(), .output = y.view()}).wait();
    EXPECT_EQ(difference(y.read(queue_), expected(attributes, {a, b, bias_})), "");
    EXPECT_EQ(y.damage(queue_), "");
}

TEST_F(Kernels, ElementwiseBetweenSlices) {
    const Elementwise sum{.expression = Expression::of(Function::Add)};
    const auto x = placed(ViewSpec::nhwc({1, 30, height, width}).slice(1, 5, 17), expected_);
    const auto z = placed(ViewSpec::nchw(output_shape), expected_);
    const auto y = cleared(ViewSpec::nhwc({1, 16, height, width}).slice(1, 3, 15));
    const auto kernel = kernels_.elementwise(sum, x.view().spec(), y.view().spec(), {z.view().spec()});
    kernels_.build();
    kernel.enqueue(queue_, {.input = x.view(), .operands = {z.view()}, .output = y.view()}).wait();
    EXPECT_EQ(difference(y.read(queue_), expected(sum, {expected_, expected_})), "");
    EXPECT_EQ(y.damage(queue_), "");
    EXPECT_THROW((void)kernel.pack(queue_, {}), Error);
}

/// Weights of `layout` in memory, with a number in the gaps that no result may hold.
std::vector<float> in_memory(const Tensor& weights, const Layout& layout) {
    std::vector<float> memory(static_cast<std::size_t>(layout.extent()), 1e9F);
    Dims index = Dims::filled(layout.shape.rank(), 0);
    for (const float element : weights.elements) {
        memory[static_cast<std::size_t>(layout.offset_of(index))] = element;
        for (int axis = layout.shape.rank() - 1; axis >= 0 && ++index[axis] == layout.shape[axis]; --axis) index[axis] = 0;
    }
    return memory;
}

TEST_F(Kernels, WeightsLieAsTheirSpecSays) {
    const auto x = placed(ViewSpec::nhwc(input_shape), input_);
    const auto b = placed(ViewSpec::nchw({12}), bias_);
    const auto ohwi = ViewSpec::nhwc(weight_shape);
    const auto sliced = ViewSpec::nchw({12, 11, 3, 3}).slice(1, 2, 10);
    const std::vector<ViewSpec> specs{ViewSpec::nchw(weight_shape), ohwi, sliced};
    std::vector<SpecialisedKernel> kernels;
    for (const auto& spec : specs)
        kernels.push_back(kernels_.conv2d(same_size, x.view().spec(), spec, ViewSpec::nhwc(output_shape)));
    kernels_.build();
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const auto y = cleared(ViewSpec::nhwc(output_shape));
        const auto packed = kernels[i].pack(queue_, in_memory(weights_, specs[i].layout));
        kernels[i].enqueue(queue_, {.input = x.view(), .weights = packed, .bias = b.view(), .output = y.view()}).wait();
        EXPECT_EQ(difference(y.read(queue_), expected_), "") << to_string(specs[i].layout);
    }
    EXPECT_THROW((void)kernels[2].pack(queue_, weights_.elements), Error) << "the gaps are missing";
}

TEST_F(Kernels, DenseWeightsLieAsTheirSpecSays) {
    // One matrix for all rows, and one for each of two: the second is not packed into blocks.
    for (const Shape& shape : {Shape{20, 12}, Shape{2, 20, 12}}) {
        const bool batched = shape.rank() == 3;
        const Tensor a = random_tensor(batched ? Shape{2, 3, 20} : Shape{3, 20}, 8);
        const Tensor b = random_tensor(shape, 9);
        auto spec = ViewSpec::nchw(shape);
        std::swap(spec.layout.strides[shape.rank() - 2], spec.layout.strides[shape.rank() - 1]);
        spec.layout.strides[shape.rank() - 1] = 20;  // columns one after another
        const auto x = placed(ViewSpec::nchw(a.shape), a);
        const auto y = cleared(ViewSpec::nchw(batched ? Shape{2, 3, 12} : Shape{3, 12}));
        const auto kernel = kernels_.dense({}, x.view().spec(), spec, y.view().spec());
        kernels_.build();
        const auto packed = kernel.pack(queue_, in_memory(b, spec.layout));
        kernel.enqueue(queue_, {.input = x.view(), .weights = packed, .output = y.view()}).wait();
        EXPECT_EQ(difference(y.read(queue_), expected(Dense{}, {a, b})), "") << to_string(spec.layout);
    }
}

TEST_F(Kernels, OutOfOrderQueuesWaitForTheirEvents) {
    const Elementwise square{.expression = Expression::of(Function::Square)};
    const auto spec = ViewSpec::nhwc(input_shape);
    const auto kernel = kernels_.elementwise(square, spec, spec);
    const auto second = kernels_.elementwise(square, spec, spec);
    kernels_.build();
    const auto once = expected(square, {input_});
    const auto twice = expected(square, {once});
    int found_by_control = 0;
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        for (const bool ignores_waits : {false, true}) {
            const auto x = placed(spec, input_);
            const auto middle = cleared(spec);
            const auto y = cleared(spec);
            const Queue shuffled(ShuffledQueue::make(queue_, seed, ignores_waits));
            const auto half = kernel.enqueue(shuffled, {.input = x.view(), .output = middle.view()});
            second.enqueue(shuffled, {.input = middle.view(), .output = y.view()}, {.wait = {half}}).wait();
            shuffled.finish();
            const bool right = difference(y.read(queue_), twice).empty();
            EXPECT_TRUE(right || ignores_waits) << seed;
            found_by_control += right ? 0 : 1;
        }
    }
    EXPECT_GT(found_by_control, 2);
}

TEST_F(Kernels, ManyThreadsShareALibrary) {
    std::vector<std::string> found(2);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < found.size(); ++i) {
        threads.emplace_back([&, i] {
            const auto queue = device_.queue();
            const PlacedView x(device_, ViewSpec::nhwc(input_shape));
            const PlacedView b(device_, ViewSpec::nchw({12}));
            const PlacedView y(device_, ViewSpec::nhwc(output_shape));
            x.write(queue, input_);
            b.write(queue, bias_);
            const auto kernel = kernels_.conv2d(same_size, x.view().spec(), ViewSpec::nchw(weight_shape), y.view().spec());
            kernels_.build();
            const auto weights = kernel.pack(queue, weights_.elements);
            for (int repeat = 0; repeat < 10; ++repeat) {
                y.clear(queue);
                kernel.enqueue(queue, {.input = x.view(), .weights = weights, .bias = b.view(), .output = y.view()}).wait();
                found[i] += difference(y.read(queue), expected_);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_THAT(found, testing::Each(testing::IsEmpty()));
}

TEST_F(Kernels, PreferredIsTakenAndSaysWhyNot) {
    const auto best = kernels_.preferred(same_size, ViewSpec::nhwc(input_shape), ViewSpec::nchw(weight_shape));
    ASSERT_TRUE(best) << best.reason;
    EXPECT_EQ(best.input.shape(), input_shape);
    EXPECT_EQ(best.output.shape(), output_shape);
    EXPECT_EQ(best.output.layout.strides[1], 1);
    EXPECT_GE(best.output.layout.strides[3], 12);
    EXPECT_EQ(best.input.alignment.modulus % 4, 0);
    EXPECT_NO_THROW(kernels_.conv2d(same_size, best.input, ViewSpec::nchw(weight_shape), best.output));

    const auto blocked =
        kernels_.preferred(same_size, ViewSpec(DType::Float32, {1, 1, height, width, 8}), ViewSpec::nchw(weight_shape));
    EXPECT_FALSE(blocked);
    EXPECT_THAT(blocked.reason, testing::HasSubstr("blocked"));
    const ViewSpec halves(DType::Float16, input_shape);
    const auto half = kernels_.preferred(same_size, halves, ViewSpec::nchw(weight_shape));
    EXPECT_FALSE(half);
    EXPECT_THAT(half.reason, testing::HasSubstr("float16"));
    EXPECT_FALSE(kernels_.preferred(same_size, ViewSpec::nhwc(input_shape), ViewSpec(DType::Float16, weight_shape)));
    EXPECT_FALSE(kernels_.preferred(Dense{}, ViewSpec(DType::Float16, {3, 20}), ViewSpec::nchw({20, 12})));
    EXPECT_TRUE(kernels_.preferred(Dense{}, ViewSpec::nchw({3, 20}), ViewSpec::nchw({20, 12})));
    const auto disagree = kernels_.preferred(same_size, ViewSpec::nhwc({1, 9, height, width}), ViewSpec::nchw(weight_shape));
    EXPECT_FALSE(disagree);
    EXPECT_THAT(disagree.reason, testing::HasSubstr("9"));
}

class Refusals : public Kernels {
protected:
    template <class Call>
    static std::string refusal(Call call) {
        try {
            call();
        } catch (const Error& error) {
            return error.what();
        }
        return "accepted";
    }
};

TEST_F(Refusals, NameTheArgument) {
    const auto w_spec = ViewSpec::nchw(weight_shape);
    const auto x = placed(ViewSpec::nhwc(input_shape), input_);
    const auto b = placed(ViewSpec::nchw({12}), bias_);
    const auto y = cleared(ViewSpec::nhwc(output_shape));
    EXPECT_THAT(refusal([&] {
                    kernels_.conv2d(same_size, x.view().spec(), w_spec, ViewSpec::nhwc({1, 13, height, width}));
                }),
                testing::HasSubstr("1x13x6x5"));
    auto repeated = ViewSpec::nhwc(output_shape);
    repeated.layout.strides = {0, 0, 0, 0};
    EXPECT_THAT(refusal([&] { kernels_.conv2d(same_size, x.view().spec(), w_spec, repeated); }),
                testing::StartsWith("conv2d: output: "));
    const auto negative = [](ViewSpec spec) {
        spec.layout.strides[0] = -1;
        return spec;
    };
    EXPECT_THAT(refusal([&] { kernels_.conv2d(same_size, negative(x.view().spec()), w_spec, y.view().spec()); }),
                testing::StartsWith("conv2d: input: "));
    EXPECT_THAT(refusal([&] { kernels_.conv2d(same_size, x.view().spec(), negative(w_spec), y.view().spec()); }),
                testing::StartsWith("conv2d: weights: "));
    EXPECT_THAT(
        refusal([&] {
            kernels_.conv2d(same_size, x.view().spec(), w_spec, y.view().spec(), {negative(ViewSpec::nchw({1, 12, 1, 1}))});
        }),
        testing::StartsWith("conv2d: operand 0: "));

    const auto kernel = kernels_.conv2d(same_size, x.view().spec(), w_spec, y.view().spec());
    const auto weights = kernel.pack(queue_, weights_.elements);
    const KernelArguments whole{.input = x.view(), .weights = weights, .bias = b.view(), .operands = {}, .output = y.view()};
    EXPECT_THAT(refusal([&] { kernel.enqueue(queue_, whole); }), testing::HasSubstr("build"));
    kernels_.build();
    EXPECT_EQ(refusal([&] { kernel.enqueue(queue_, whole).wait(); }), "accepted");
    EXPECT_THAT(refusal([&] { (void)kernel.pack(queue_, bias_.elements); }), testing::HasSubstr("12x8x3x3"));

    auto arguments = whole;
    arguments.bias = {};
    EXPECT_THAT(refusal([&] { kernel.enqueue(queue_, arguments); }), testing::HasSubstr("bias"));
    arguments = whole;
    arguments.weights = {};
    EXPECT_THAT(refusal([&] { kernel.enqueue(queue_, arguments); }), testing::HasSubstr("weights"));
    arguments = whole;
    arguments.operands = {x.view()};
    EXPECT_THAT(refusal([&] { kernel.enqueue(queue_, arguments); }), testing::HasSubstr("operands"));
    arguments = whole;
    arguments.output = x.view();
    EXPECT_THAT(refusal([&] { kernel.enqueue(queue_, arguments); }), testing::HasSubstr("output"));
    EXPECT_THAT(refusal([&] { kernel.enqueue(Queue(), whole); }), testing::HasSubstr("the queue is empty"));
    EXPECT_THAT(refusal([&] { (void)kernel.pack(Queue(), weights_.elements); }), testing::HasSubstr("the queue is empty"));
}

TEST_F(Refusals, ABiasThatNothingTakes) {
    const Conv2d bare{.pads = {1, 1, 1, 1}};
    const auto x = placed(ViewSpec::nhwc(input_shape), input_);
    const auto b = placed(ViewSpec::nchw({12}), bias_);
    const auto y = cleared(ViewSpec::nhwc(output_shape));
    const auto kernel = kernels_.conv2d(bare, x.view().spec(), ViewSpec::nchw(weight_shape), y.view().spec());
    kernels_.build();
    KernelArguments arguments{.input = x.view(), .weights = kernel.pack(queue_, weights_.elements), .output = y.view()};
    EXPECT_EQ(refusal([&] { kernel.enqueue(queue_, arguments).wait(); }), "accepted");
    arguments.bias = b.view();
    EXPECT_THAT(refusal([&] { kernel.enqueue(queue_, arguments); }), testing::HasSubstr("conv2d: bias: expected none"));
}

}  // namespace
}  // namespace abut::test
