// SPDX-License-Identifier: Apache-2.0
#include "ops/stride_arguments.hpp"

#include <fmt/format.h>

#include <utility>

namespace abut::ops {

StrideTexts stride_texts(const ImageStrides& strides) {
    return {.image = std::to_string(strides.image),
            .channel = std::to_string(strides.channel),
            .row = std::to_string(strides.row),
            .column = std::to_string(strides.column)};
}

StrideTexts stride_argument_texts(StepBuilder& builder, std::string_view view, const ImageStrides& strides) {
    const auto text = [&](std::string_view axis, std::int64_t stride) {
        if (stride == 0 || stride == 1 || builder.numbers() == Numbers::Constants) return std::to_string(stride);
        auto parameter = fmt::format("{}_{}_stride", view, axis);
        builder.scalar(parameter, stride);
        return parameter;
    };
    // One after another: parameters keep the order of these calls.
    StrideTexts texts;
    texts.image = text("image", strides.image);
    texts.channel = text("channel", strides.channel);
    texts.row = text("row", strides.row);
    texts.column = text("column", strides.column);
    return texts;
}

std::string stride_arguments(StepBuilder& builder, std::string_view view, const ImageStrides& strides) {
    const auto texts = stride_argument_texts(builder, view, strides);
    return fmt::format("{}, {}, {}, {}", texts.image, texts.channel, texts.row, texts.column);
}

}  // namespace abut::ops
