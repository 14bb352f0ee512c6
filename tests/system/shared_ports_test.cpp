// SPDX-License-Identifier: Apache-2.0
// A cache of keys and values that grows in the caller's buffers, a row a run, with one program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "abut/error.hpp"
#include "program/check_run.hpp"
#include "support/cached_attention.hpp"
#include "support/counting_backend.hpp"
#include "support/run_program.hpp"
#include "support/run_step.hpp"

namespace abut::test {
namespace {

using reference::Tensor;
using tests::cached_head_width;
using tests::cached_heads;
using tests::cached_width;

constexpr std::int64_t row_bytes = cached_width * static_cast<std::int64_t>(sizeof(float));
constexpr std::int64_t window = 6;  // earlier tokens that the program attends to
constexpr std::int64_t tokens = 9;  // more, so that the first ones leave the window

using Rows = std::vector<std::vector<float>>;

/// The last `count` rows as the graph sees them: {1, heads, count, head width}.
Tensor as_past(const Rows& rows, std::int64_t count) {
    Tensor past = reference::zeros({1, cached_heads, count, cached_head_width});
    for (std::int64_t row = 0; row < count; ++row) {
        const auto& from = rows[rows.size() - static_cast<std::size_t>(count - row)];
        for (std::int64_t i = 0; i < cached_width; ++i) {
            const auto head = i / cached_head_width;
            past.elements[static_cast<std::size_t>((head * count + row) * cached_head_width + i % cached_head_width)] =
                from[static_cast<std::size_t>(i)];
        }
    }
    return past;
}

/// The last row of {1, heads, rows, head width}.
std::vector<float> last_row(const Tensor& present) {
    const auto rows = present.shape[2];
    std::vector<float> row;
    for (std::int64_t i = 0; i < cached_width; ++i) {
        const auto at = (i / cached_head_width * rows + rows - 1) * cached_head_width + i % cached_head_width;
        row.push_back(present.elements[static_cast<std::size_t>(at)]);
    }
    return row;
}

/// What is computed for one token after another by graphs of the very lengths, without a cache in place.
class Reference {
public:
    Tensor next(const Tensor& x) {
        const auto length = std::min<std::int64_t>(std::ssize(keys_), window);
        const auto results = reference::evaluate(
            tests::cached_attention(length),
            std::vector{x, reference::zeros({1, 1, 1, length + 1}), as_past(keys_, length), as_past(values_, length)});
        keys_.push_back(last_row(results[1]));
        values_.push_back(last_row(results[2]));
        return results[0];
    }
    [[nodiscard]] const Rows& keys() const { return keys_; }
    [[nodiscard]] const Rows& values() const { return values_; }

private:
    Rows keys_;
    Rows values_;
};

/// A program for `window` earlier tokens, and the caller's buffers: as many rows of zeros as the window has stand before the
/// first token.
class Decoder {
public:
    explicit Decoder(const Device& device)
        : device_(device),
          program_(compile(tests::cached_attention(window), device)),
          session_(program_.session()),
          keys_(zeros((window + tokens) * row_bytes)),
          values_(zeros((window + tokens) * row_bytes)),
          x_(zeros(row_bytes)),
          bias_(zeros((window + 1) * 4)),
          y_(zeros(row_bytes)) {}

    /// Runs with `length` tokens in the cache; row `length` becomes the new one.
    Tensor run(const Tensor& x, std::int64_t length) {
        Tensor bias = reference::zeros({1, 1, 1, window + 1});
        std::fill_n(bias.elements.begin(), std::max<std::int64_t>(window - length, 0), -1e30F);
        write(x_, x.elements);
        write(bias_, bias.elements);
        session_.run(inputs(length), outputs(length));
        return {x.shape, read(y_)};
    }
    [[nodiscard]] std::vector<Binding> inputs(std::int64_t length) const {
        const auto& ports = program_.inputs();
        return {{ports[0].value, view(x_, 0, ports[0])},
                {ports[1].value, view(bias_, 0, ports[1])},
                {ports[2].value, view(keys_, length, ports[2])},
                {ports[3].value, view(values_, length, ports[3])}};
    }
    [[nodiscard]] std::vector<Binding> outputs(std::int64_t length) const {
        const auto& ports = program_.outputs();
        return {{ports[0].value, view(y_, 0, ports[0])},
                {ports[1].value, view(keys_, length, ports[1])},
                {ports[2].value, view(values_, length, ports[2])}};
    }
    [[nodiscard]] const Program& program() const { return program_; }
    [[nodiscard]] Session& session() { return session_; }
    [[nodiscard]] std::vector<float> keys() const { return read(keys_); }
    [[nodiscard]] std::vector<float> values() const { return read(values_); }

private:
    static TensorView view(const Buffer& buffer, std::int64_t row, const Port& port) {
        return TensorView(buffer, row * row_bytes, port.spec.dtype, port.spec.layout);
    }
    [[nodiscard]] Buffer zeros(std::int64_t bytes) const {
        Buffer buffer = device_.allocate(bytes);
        write(buffer, std::vector<float>(static_cast<std::size_t>(bytes / 4)));
        return buffer;
    }
    void write(const Buffer& buffer, const std::vector<float>& elements) const {
        device_.queue().write(buffer, 0, std::as_bytes(std::span(elements)));
    }
    [[nodiscard]] std::vector<float> read(const Buffer& buffer) const {
        std::vector<float> elements(static_cast<std::size_t>(buffer.size_bytes() / 4));
        device_.queue().read(buffer, 0, std::as_writable_bytes(std::span(elements)));
        return elements;
    }

    Device device_;
    Program program_;
    Session session_;
    Buffer keys_;
    Buffer values_;
    Buffer x_;
    Buffer bias_;
    Buffer y_;
};

/// The buffer that holds `rows` from the first token on, and zeros elsewhere.
Tensor expected_buffer(const Rows& rows) {
    Tensor buffer = reference::zeros({window + tokens, cached_width});
    auto to = buffer.elements.begin() + window * cached_width;
    for (const auto& row : rows) to = std::ranges::copy(row, to).out;
    return buffer;
}

Tensor token(std::int64_t index) {
    return random_tensor({1, 1, cached_width}, static_cast<std::uint32_t>(index) + 1);
}

TEST(SharedPorts, ACacheGrowsByARowARunWithOneProgram) {
    const auto counter = std::make_shared<CountingBackend>(test_device().backend());
    Decoder decoder(Device(counter, {.cache = {.directory = ""}}));
    EXPECT_EQ(decoder.program().plan().statistics.copied_bytes, 0);
    EXPECT_EQ(decoder.program().plan().statistics.conversion_bytes, 0);
    EXPECT_EQ(decoder.program().shared_ports().size(), 2U);
    const int built = counter->programs();
    EXPECT_GT(built, 0);
    Reference plain;
    const Shape buffer{window + tokens, cached_width};
    for (std::int64_t length = 0; length < tokens; ++length) {
        const auto y = decoder.run(token(length), length);
        EXPECT_EQ(difference(y, plain.next(token(length))), "") << "with " << length << " tokens before";
        EXPECT_EQ(difference({buffer, decoder.keys()}, expected_buffer(plain.keys())), "");
        EXPECT_EQ(difference({buffer, decoder.values()}, expected_buffer(plain.values())), "");
    }
    EXPECT_EQ(counter->programs(), built);
}

/// The comparison above sees a token that is attended to at another length.
TEST(SharedPorts, AnotherLengthGivesAnotherResult) {
    Decoder decoder(test_device());
    Reference plain;
    for (std::int64_t length = 0; length < 3; ++length) {
        decoder.run(token(length), length);
        static_cast<void>(plain.next(token(length)));
    }
    const auto expected = plain.next(token(3));
    EXPECT_NE(difference(decoder.run(token(3), 2), expected), "");
}

/// Where a view begins counts, not how its buffer was cut.
TEST(SharedPorts, APartOfABufferIsItsMemory) {
    Decoder decoder(test_device());
    auto inputs = decoder.inputs(1);
    const TensorView& past = inputs[2].view;
    const std::int64_t begin_bytes = past.offset_bytes();
    ASSERT_GT(begin_bytes, 0);
    const Buffer part(past.buffer().memory(), begin_bytes, past.buffer().size_bytes() - begin_bytes);
    inputs[2].view = TensorView(part, 0, past.dtype(), past.layout());
    EXPECT_NO_THROW(decoder.session().run(inputs, decoder.outputs(1)));
    inputs[2].view = TensorView(part, row_bytes, past.dtype(), past.layout());
    EXPECT_THROW(decoder.session().run(inputs, decoder.outputs(1)), Error);
}

TEST(SharedPorts, OtherMemoryIsRefused) {
    Decoder decoder(test_device());
    auto inputs = decoder.inputs(1);
    inputs[2].view = decoder.inputs(0)[2].view;
    try {
        decoder.session().run(inputs, decoder.outputs(1));
        FAIL() << "it ran";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(error.what(), testing::HasSubstr("input \"past_keys\": expected the memory of output \"keys\""));
    }
}

/// Poisoning outputs must leave what inputs have there.
TEST(SharedPorts, TheCheckOfStepsKeepsThePast) {
    Decoder decoder(test_device());
    Reference plain;
    for (std::int64_t length = 0; length < 2; ++length) {
        decoder.run(token(length), length);
        static_cast<void>(plain.next(token(length)));
    }
    const auto report = programs::check_run(decoder.session(), decoder.inputs(2), decoder.outputs(2));
    EXPECT_GT(report.steps, 0);
    EXPECT_EQ(difference(decoder.run(token(2), 2), plain.next(token(2))), "");
}

TEST(SharedPorts, BothWays) {
    const auto graph = tests::cached_attention(window);
    EXPECT_EQ(check_graph(graph, test_device(), {.concat = ConcatMode::Slices}), "");
    EXPECT_EQ(check_graph(graph, test_device(), {.concat = ConcatMode::Copies}), "");
}

}  // namespace
}  // namespace abut::test
