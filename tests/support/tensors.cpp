// SPDX-License-Identifier: Apache-2.0
#include "support/tensors.hpp"

#include <gmock/gmock.h>

#include <numeric>
#include <random>

namespace abut::testing_support {

reference::Tensor counted(const Shape& shape, float first) {
    reference::Tensor tensor = reference::zeros(shape);
    std::iota(tensor.elements.begin(), tensor.elements.end(), first);
    return tensor;
}

reference::Tensor integers(const Shape& shape, std::uint_fast32_t seed) {
    std::mt19937 random(seed);
    reference::Tensor tensor = reference::zeros(shape);
    for (float& element : tensor.elements) element = static_cast<float>(random() % 9) - 4;
    return tensor;
}

reference::Tensor only(const Operation& operation, const std::vector<reference::Tensor>& inputs) {
    std::vector<reference::Tensor> outputs = reference::evaluate_node(operation, inputs);
    EXPECT_EQ(outputs.size(), 1U);
    return std::move(outputs.at(0));
}

void expect_tensor(const reference::Tensor& tensor, const Shape& shape, const std::vector<float>& elements) {
    EXPECT_EQ(to_string(tensor.shape), to_string(shape));
    EXPECT_THAT(tensor.elements, ::testing::Pointwise(::testing::NanSensitiveFloatEq(), elements));
}

}  // namespace abut::testing_support
