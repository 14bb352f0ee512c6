// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "abut/onnx.hpp"
#include "onnx/proto_forward.hpp"

namespace abut::onnx {

/// Gives the inputs of one model static shapes: from options.shapes, the model, options.values, what the symbol of an extent
/// was for an earlier input, and 1 for an open axis 0, in this order.
class InputShapes {
public:
    explicit InputShapes(const OnnxOptions& options) : options_(&options) {}
    /// Throws InvalidArgument for extents that stay open, and for a shape or value that disagrees with the model.
    Shape resolve(const proto::ValueInfoProto& input);

private:
    std::int64_t resolve_axis(const proto::ValueInfoProto& input, int axis);

    const OnnxOptions* options_;
    std::map<std::string, std::int64_t> symbols_;
};

}  // namespace abut::onnx
