// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "abut/graph.hpp"
#include "zoo/generator.hpp"
#include "zoo/probe.hpp"
#include "zoo/zoo.hpp"

namespace abut::zoo {

/// A value of the network with a probe of what it holds.
struct Signal {
    ValueId value;
    Probe probe;

    [[nodiscard]] std::int64_t channels() const { return static_cast<std::int64_t>(probe.size()); }
};

/// A square convolution.
struct ConvForm {
    std::int64_t channels = 0;  ///< of the output
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
    std::int64_t pad = 0;
    bool bias = false;
};

/// Writes a network layer by layer and draws its weights, scaled (as He et al. 2015, for the input at hand) so that every
/// convolution's result has a mean square of 1. `name` is the prefix of a layer's constants. One thread; used once.
class NetworkBuilder {
public:
    NetworkBuilder(std::string name, std::uint64_t seed);

    /// The network's only input, uniform in [0, 1).
    Signal input(const Shape& shape);
    Signal conv(const Signal& x, const ConvForm& form, const std::string& name);
    /// Transposed convolution with kernel = stride = `factor` and a bias.
    Signal up_conv(const Signal& x, std::int64_t channels, std::int64_t factor, const std::string& name);
    Signal batch_norm(const Signal& x, const std::string& name, float epsilon = 1e-5F);
    Signal relu(const Signal& x);
    Signal leaky_relu(const Signal& x, float alpha);
    Signal pool(const Signal& x, const Pool2d& attributes);  ///< square, the same pads on all sides
    Signal global_average_pool(const Signal& x);
    Signal upsample_nearest(const Signal& x, std::int64_t factor);
    Signal concat(const std::vector<Signal>& operands);
    Signal flatten(const Signal& x);
    Signal dense(const Signal& x, std::int64_t outputs, const std::string& name);
    /// scale * x + y
    Signal scaled_sum(const Signal& x, float scale, const Signal& y);
    Graph finish(const Signal& output) &&;

private:
    struct Weights {
        ValueId value;
        std::vector<float> elements;
    };

    /// For outputs that are sums over elements with the total mean square `square`.
    Weights draw_weights(const Shape& shape, double square, const std::string& name);
    std::vector<float> draw(std::int64_t channels, float low, float high);
    /// Draws a bias and adds it to the probe.
    ValueId draw_bias(Probe& probe, const std::string& name);
    void reserve_parameters(const Shape& shape);

    Graph graph_;
    Generator generator_;
    std::int64_t parameters_ = 0;
};

}  // namespace abut::zoo
