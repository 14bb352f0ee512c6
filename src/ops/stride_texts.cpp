// SPDX-License-Identifier: Apache-2.0
#include "ops/stride_texts.hpp"

#include <fmt/format.h>

namespace abut::ops {

StrideTexts stride_texts(StepBuilder& builder, std::string_view view, const ImageStrides& strides) {
    const auto text = [&](std::string_view axis, std::int64_t stride) {
        if (stride == 0 || stride == 1) return std::to_string(stride);
        return builder.number_text(fmt::format("{}_{}_stride", view, axis), stride);
    };
    // One after another: parameters keep the order of these calls.
    StrideTexts texts;
    texts.image = text("image", strides.image);
    texts.channel = text("channel", strides.channel);
    texts.row = text("row", strides.row);
    texts.column = text("column", strides.column);
    return texts;
}

std::string stride_list(StepBuilder& builder, std::string_view view, const ImageStrides& strides) {
    const auto texts = stride_texts(builder, view, strides);
    return fmt::format("{}, {}, {}, {}", texts.image, texts.channel, texts.row, texts.column);
}

}  // namespace abut::ops
