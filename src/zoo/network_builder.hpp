// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "abut/graph.hpp"
#include "zoo/generator.hpp"
#include "zoo/layer_forms.hpp"
#include "zoo/probe.hpp"
#include "zoo/zoo.hpp"

namespace abut::zoo {

/// A value of the network with a probe of what it holds.
struct Signal {
    ValueId value;
    Probe probe;

    [[nodiscard]] std::int64_t channels() const { return static_cast<std::int64_t>(probe.size()); }
};

/// Writes a network layer by layer and draws its weights, scaled (as He et al. 2015, for the input at hand) so that every
/// convolution's result has a mean square of 1. `name` is the prefix of a layer's constants. Images are {N, C, H, W},
/// sequences {N, tokens, C}. One thread; used once.
class NetworkBuilder {
public:
    NetworkBuilder(std::string name, const ZooOptions& options);

    /// The network's input, uniform in [0, 1).
    Signal input(const Shape& shape, int channel_axis = 1);
    [[nodiscard]] const Shape& shape(const Signal& x) const { return graph_.value(x.value).shape; }

    // Layers with weights.
    Signal conv(const Signal& x, const ConvForm& form, const std::string& name);
    /// Transposed convolution with kernel = stride = `factor` and a bias.
    Signal up_conv(const Signal& x, std::int64_t channels, std::int64_t factor, const std::string& name);
    Signal batch_norm(Signal x, const std::string& name, float epsilon = 1e-5F);
    /// `name`.conv and `name`.bn.
    Signal conv_norm(const Signal& x, const ConvForm& form, const std::string& name, float epsilon = 1e-5F);
    Signal conv_norm_relu(const Signal& x, const ConvForm& form, const std::string& name, float epsilon = 1e-5F);
    /// Over the channels, which are the last axis: `outputs` of them, with a bias.
    Signal dense(const Signal& x, std::int64_t outputs, const std::string& name);
    Signal layer_norm(const Signal& x, const std::string& name);  ///< of a sequence

    // Functions of elements.
    Signal relu(Signal x);
    Signal leaky_relu(const Signal& x, float alpha);
    Signal sigmoid(const Signal& x);
    Signal silu(const Signal& x);  ///< x * sigmoid(x)
    Signal gelu(const Signal& x);  ///< in the form with tanh
    Signal add(const Signal& x, const Signal& y) { return scaled_sum(x, 1, y); }
    /// scale * x + y
    Signal scaled_sum(const Signal& x, float scale, const Signal& y);

    // Pixels.
    Signal pool(const Signal& x, const Pool2d& attributes);
    Signal global_average_pool(const Signal& x);
    Signal upsample_nearest(const Signal& x, std::int64_t factor);
    /// To the height and width of `size`.
    Signal resize_linear(const Signal& x, const Sides& size, ResizeCoordinates coordinates = ResizeCoordinates::HalfPixel);
    /// Moved up and left by a pixel; zeros follow.
    Signal shift(const Signal& x);

    // Channels.
    Signal concat(const std::vector<Signal>& operands);
    std::vector<Signal> split(const Signal& x, const std::vector<std::int64_t>& sizes);  ///< of an image
    Signal shuffle_channels(const Signal& x, std::int64_t groups);
    Signal flatten(const Signal& x);

    struct Projections {
        const Signal& queries;
        const Signal& keys;
        const Signal& values;
    };
    struct AttentionForm {
        std::int64_t heads = 1;
        std::int64_t past = 0;  ///< rows of the cache
        std::int64_t index = 0;
    };
    /// Attention of tokens to themselves and to `past` earlier ones, whose keys and values {N, heads, past, C / heads} are
    /// the inputs past_key_I and past_value_I; present_key_I and present_value_I, which have those of the tokens appended,
    /// become outputs in whose memory the inputs may lie (Graph::share). A row is all heads of one token: their memory is
    /// {N, rows, C}. `bias` is added to the scores, one number a row.
    Signal attention(const Projections& tokens, ValueId bias, const AttentionForm& form);

    /// For what follows the last weights; values made there have no probes.
    Graph& graph() { return graph_; }
    Graph finish(const Signal& output) && { return std::move(*this).finish(output.value); }
    Graph finish(ValueId output) &&;

private:
    struct Weights {
        ValueId value;
        std::span<const float> elements;  ///< the constant's own
    };

    /// For outputs that are sums over elements with the total mean square `square`.
    Weights draw_weights(const Shape& shape, double square, const std::string& name);
    std::vector<float> draw(std::int64_t channels, float low, float high);
    /// Draws a bias and adds it to the probe.
    ValueId draw_bias(Probe& probe, const std::string& name);
    void reserve_parameters(const Shape& shape);
    ValueId scalar(float number);
    ValueId appended(ValueId rows, const std::string& what, const AttentionForm& form);

    Graph graph_;
    Generator generator_;
    bool draws_ = true;
    std::int64_t parameters_ = 0;
    struct CacheOutput {
        std::string name;
        ValueId past;
        ValueId present;
        Layout layout;
    };
    std::vector<CacheOutput> cache_outputs_;
};

}  // namespace abut::zoo
