// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>

#include "zoo/network_builder.hpp"

namespace abut::zoo {

/// Convolutions in a row, each with BatchNorm and ReLU, as the branches of an Inception module are. Forms have the channels
/// of the published width.
class ConvChain {
public:
    ConvChain(NetworkBuilder& net, Scale scale, float epsilon) : net_(net), scale_(scale), epsilon_(epsilon) {}

    Signal operator()(Signal x, std::initializer_list<ConvForm> forms, const std::string& name) const {
        int index = 0;
        for (ConvForm form : forms) {
            form.channels = scale_(form.channels);
            x = net_.conv_norm_relu(x, form, fmt::format("{}.{}", name, index++), epsilon_);
        }
        return x;
    }

private:
    NetworkBuilder& net_;
    Scale scale_;
    float epsilon_;
};

}  // namespace abut::zoo
