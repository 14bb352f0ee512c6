// SPDX-License-Identifier: Apache-2.0
#include "onnx/host_tensor.hpp"

#include <cmath>
#include <type_traits>

#include "core/fail.hpp"

namespace abut::onnx {

namespace {

template <typename To, typename From>
To convert(From value) {
    if constexpr (std::is_same_v<To, std::uint8_t>) return static_cast<To>(value != From{});
    if constexpr (std::is_same_v<To, std::int64_t> && std::is_floating_point_v<From>) {
        constexpr From limit = 9223372036854775808.0F;  // 2^63
        core::require(value >= -limit && value < limit, "{} does not fit an integer", value);
    }
    return static_cast<To>(value);
}

template <typename To, typename From>
std::vector<To> convert_all(const HostTensor& tensor) {
    const auto from = elements_of<From>(tensor);
    std::vector<To> to;
    to.reserve(from.size());
    for (const From value : from) to.push_back(convert<To>(value));
    return to;
}

}  // namespace

template <typename T>
HostTensor make_tensor(const Shape& shape, std::vector<T> elements) {
    const std::int64_t count = element_count(shape);
    core::require(static_cast<std::int64_t>(elements.size()) == count, "{} elements for shape {}, which has {}",
                  elements.size(), to_string(shape), count);
    elements.reserve(1);  // data() of a vector without memory may be null
    const auto owner = std::make_shared<std::vector<T>>(std::move(elements));
    return {dtype_of<T>, shape, std::shared_ptr<const void>(owner, owner->data())};
}

template <typename T>
std::vector<T> converted(const HostTensor& tensor) {
    switch (tensor.dtype) {
        case DType::Float32:
            return convert_all<T, float>(tensor);
        case DType::Int64:
            return convert_all<T, std::int64_t>(tensor);
        case DType::Bool:
            return convert_all<T, std::uint8_t>(tensor);
        default:
            core::fail(ErrorCode::Unsupported, "a host tensor of {} is unsupported; give float32 or int64",
                       to_string(tensor.dtype));
    }
}

HostTensor reshaped(const HostTensor& tensor, const Shape& shape) {
    core::require(element_count(shape) == element_count(tensor.shape), "shape {} has not the {} elements of shape {}",
                  to_string(shape), element_count(tensor.shape), to_string(tensor.shape));
    return {tensor.dtype, shape, tensor.data};
}

HostTensor integer_list(std::vector<std::int64_t> elements) {
    const Shape shape{static_cast<std::int64_t>(elements.size())};
    return make_tensor(shape, std::move(elements));
}

std::int64_t checked_host_count(const Shape& shape) {
    const std::int64_t count = element_count(shape);
    if (count > max_host_elements) {
        core::fail(ErrorCode::OutOfMemory,
                   "a constant of shape {} would have {} elements; {} are the most that are computed while reading",
                   to_string(shape), count, max_host_elements);
    }
    return count;
}

template HostTensor make_tensor(const Shape&, std::vector<float>);
template HostTensor make_tensor(const Shape&, std::vector<std::int64_t>);
template HostTensor make_tensor(const Shape&, std::vector<std::uint8_t>);
template std::vector<float> converted(const HostTensor&);
template std::vector<std::int64_t> converted(const HostTensor&);
template std::vector<std::uint8_t> converted(const HostTensor&);

}  // namespace abut::onnx
