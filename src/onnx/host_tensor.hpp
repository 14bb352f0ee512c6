// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "abut/onnx.hpp"

/// Tensors that are known while a model is read. They are Float32, Int64 (integers of all widths) or Bool (bytes of 0 and
/// 1).
namespace abut::onnx {

/// What float32, integers and booleans are stored as.
template <typename T>
inline constexpr DType dtype_of = DType::Float32;
template <>
inline constexpr DType dtype_of<std::int64_t> = DType::Int64;
template <>
inline constexpr DType dtype_of<std::uint8_t> = DType::Bool;

/// Throws InvalidArgument unless `elements` fill `shape`.
template <typename T>
HostTensor make_tensor(const Shape& shape, std::vector<T> elements);

/// The elements as they are stored; T must be the one that belongs to the dtype.
template <typename T>
std::span<const T> elements_of(const HostTensor& tensor) {
    return {static_cast<const T*>(tensor.data.get()), static_cast<std::size_t>(element_count(tensor.shape))};
}

/// The elements converted to T as C++ converts numbers; floats out of T's range and NaN throw InvalidArgument.
template <typename T>
std::vector<T> converted(const HostTensor& tensor);

/// The same elements under another shape of as many.
HostTensor reshaped(const HostTensor& tensor, const Shape& shape);

/// A tensor of one axis.
HostTensor integer_list(std::vector<std::int64_t> elements);

/// What a tensor made while reading may hold; more is refused as OutOfMemory, since a few bytes of a file can ask for it.
inline constexpr std::int64_t max_host_elements = std::int64_t{1} << 28;

/// element_count, at most max_host_elements.
std::int64_t checked_host_count(const Shape& shape);

extern template HostTensor make_tensor(const Shape&, std::vector<float>);
extern template HostTensor make_tensor(const Shape&, std::vector<std::int64_t>);
extern template HostTensor make_tensor(const Shape&, std::vector<std::uint8_t>);
extern template std::vector<float> converted(const HostTensor&);
extern template std::vector<std::int64_t> converted(const HostTensor&);
extern template std::vector<std::uint8_t> converted(const HostTensor&);

}  // namespace abut::onnx
