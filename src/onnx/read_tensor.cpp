// SPDX-License-Identifier: Apache-2.0
#include "onnx/read_tensor.hpp"

#include <bit>
#include <cstring>
#include <string>

#include "core/checked.hpp"
#include "onnx/external_data.hpp"
#include "onnx/file_text.hpp"
#include "onnx/proto.hpp"

namespace abut::onnx {

namespace {

using proto::TensorProto;

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

// IEEE 754 binary16; _Float16 is no type of every compiler that builds this.
float half_to_float(std::uint16_t bits) {
    constexpr float smallest = 5.9604644775390625e-8F;  // 2^-24, the unit of subnormals
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16U;
    const std::uint32_t magnitude = bits & 0x7fffU;
    const std::uint32_t fraction = (magnitude & 0x3ffU) << 13U;
    if (magnitude >= 0x7c00U) return std::bit_cast<float>(sign | 0x7f800000U | fraction);
    if (magnitude >= 0x0400U) return std::bit_cast<float>(sign | ((magnitude << 13U) + (112U << 23U)));
    const float subnormal = static_cast<float>(magnitude) * smallest;
    return sign != 0 ? -subnormal : subnormal;
}

float bfloat_to_float(std::uint16_t bits) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
}

// Elements of type From, at any address.
template <typename From, typename To, typename Convert>
HostTensor convert_raw(const Shape& shape, const std::string& raw, Convert convert) {
    std::vector<To> elements(raw.size() / sizeof(From));
    for (std::size_t i = 0; i < elements.size(); ++i) {
        From value{};
        std::memcpy(&value, raw.data() + i * sizeof(From), sizeof(From));
        elements[i] = static_cast<To>(convert(value));
    }
    return make_tensor(shape, std::move(elements));
}

template <typename From, typename To>
HostTensor convert_raw(const Shape& shape, const std::string& raw) {
    return convert_raw<From, To>(shape, raw, [](From value) { return value; });
}

HostTensor adopt_raw(DType dtype, const Shape& shape, std::unique_ptr<std::string> raw) {
    const std::shared_ptr<const std::string> owner = std::move(raw);
    return {dtype, shape, std::shared_ptr<const void>(owner, owner->data())};
}

std::int64_t element_size_bytes(int dtype) {
    switch (dtype) {
        case TensorProto::UINT8:
        case TensorProto::INT8:
        case TensorProto::BOOL:
            return 1;
        case TensorProto::UINT16:
        case TensorProto::INT16:
        case TensorProto::FLOAT16:
        case TensorProto::BFLOAT16:
            return 2;
        case TensorProto::FLOAT:
        case TensorProto::INT32:
        case TensorProto::UINT32:
            return 4;
        case TensorProto::DOUBLE:
        case TensorProto::INT64:
        case TensorProto::UINT64:
            return 8;
        default:
            core::fail(ErrorCode::Unsupported, "a tensor of dtype {} is unsupported", dtype_name(dtype));
    }
}

HostTensor from_raw(int dtype, const Shape& shape, std::unique_ptr<std::string> raw) {
    switch (dtype) {
        case TensorProto::FLOAT:
            return adopt_raw(DType::Float32, shape, std::move(raw));
        case TensorProto::INT64:
            return adopt_raw(DType::Int64, shape, std::move(raw));
        case TensorProto::DOUBLE:
            return convert_raw<double, float>(shape, *raw);
        case TensorProto::FLOAT16:
            return convert_raw<std::uint16_t, float>(shape, *raw, half_to_float);
        case TensorProto::BFLOAT16:
            return convert_raw<std::uint16_t, float>(shape, *raw, bfloat_to_float);
        case TensorProto::BOOL:
            return convert_raw<std::uint8_t, std::uint8_t>(shape, *raw, [](std::uint8_t value) { return value != 0; });
        case TensorProto::UINT8:
            return convert_raw<std::uint8_t, std::int64_t>(shape, *raw);
        case TensorProto::INT8:
            return convert_raw<std::int8_t, std::int64_t>(shape, *raw);
        case TensorProto::UINT16:
            return convert_raw<std::uint16_t, std::int64_t>(shape, *raw);
        case TensorProto::INT16:
            return convert_raw<std::int16_t, std::int64_t>(shape, *raw);
        case TensorProto::INT32:
            return convert_raw<std::int32_t, std::int64_t>(shape, *raw);
        case TensorProto::UINT32:
            return convert_raw<std::uint32_t, std::int64_t>(shape, *raw);
        default:
            return convert_raw<std::uint64_t, std::int64_t>(shape, *raw);
    }
}

template <typename To, typename Field, typename Convert>
HostTensor convert_field(const Shape& shape, const Field& field, Convert convert) {
    std::vector<To> elements;
    elements.reserve(static_cast<std::size_t>(field.size()));
    for (const auto value : field) elements.push_back(static_cast<To>(convert(value)));
    return make_tensor(shape, std::move(elements));
}

// The typed fields, by onnx.proto's table of which field holds which dtype.
HostTensor from_fields(const TensorProto& tensor, const Shape& shape) {
    const auto same = [](auto value) { return value; };
    switch (tensor.data_type()) {
        case TensorProto::FLOAT:
            return convert_field<float>(shape, tensor.float_data(), same);
        case TensorProto::DOUBLE:
            return convert_field<float>(shape, tensor.double_data(), same);
        case TensorProto::INT64:
            return convert_field<std::int64_t>(shape, tensor.int64_data(), same);
        case TensorProto::UINT32:
        case TensorProto::UINT64:
            return convert_field<std::int64_t>(shape, tensor.uint64_data(), same);
        case TensorProto::FLOAT16:
            return convert_field<float>(shape, tensor.int32_data(),
                                        [](std::int32_t bits) { return half_to_float(static_cast<std::uint16_t>(bits)); });
        case TensorProto::BFLOAT16:
            return convert_field<float>(shape, tensor.int32_data(),
                                        [](std::int32_t bits) { return bfloat_to_float(static_cast<std::uint16_t>(bits)); });
        case TensorProto::BOOL:
            return convert_field<std::uint8_t>(shape, tensor.int32_data(), [](std::int32_t value) { return value != 0; });
        default:
            return convert_field<std::int64_t>(shape, tensor.int32_data(), same);
    }
}

}  // namespace

std::string dtype_name(int code) {
    const std::string& name = TensorProto::DataType_Name(static_cast<TensorProto::DataType>(code));
    std::string lower = name.empty() ? fmt::format("number {}", code) : name;
    for (char& character : lower)
        character = static_cast<char>(character >= 'A' && character <= 'Z' ? character + 32 : character);
    return lower;
}

HostTensor read_tensor(TensorProto& tensor, const std::filesystem::path& directory) {
    const std::vector<std::int64_t> dims(tensor.dims().begin(), tensor.dims().end());
    const Shape shape{std::span<const std::int64_t>(dims)};
    const std::int64_t needed_bytes = core::checked_multiply(element_count(shape), element_size_bytes(tensor.data_type()));
    core::require(!tensor.has_segment(), "a tensor in segments, which no tool writes; give it as one");
    if (tensor.data_location() == TensorProto::EXTERNAL) {
        auto bytes = std::make_unique<std::string>(read_external_data(tensor, directory, needed_bytes));
        return from_raw(tensor.data_type(), shape, std::move(bytes));
    }
    if (!tensor.has_raw_data()) return from_fields(tensor, shape);
    std::unique_ptr<std::string> raw(tensor.release_raw_data());
    core::require(static_cast<std::int64_t>(raw->size()) == needed_bytes,
                  "raw data of {} bytes for {} of shape {}, which needs {}", raw->size(), dtype_name(tensor.data_type()),
                  to_string(shape), needed_bytes);
    return from_raw(tensor.data_type(), shape, std::move(raw));
}

HostTensor copy_tensor(const TensorProto& tensor, const std::filesystem::path& directory) {
    TensorProto copy = tensor;
    return read_tensor(copy, directory);
}

}  // namespace abut::onnx
