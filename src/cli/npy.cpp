// SPDX-License-Identifier: Apache-2.0
#include "cli/npy.hpp"

#include <cstring>
#include <vector>

#include "cli/npy_header.hpp"
#include "core/checked.hpp"
#include "onnx/host_operators.hpp"
#include "onnx/host_tensor.hpp"

namespace abut::cli {

namespace {

template <typename To, typename From>
HostTensor elements_as(std::string_view bytes, const Shape& shape) {
    std::vector<To> elements(bytes.size() / sizeof(From));
    for (std::size_t i = 0; i < elements.size(); ++i) {
        From element{};
        std::memcpy(&element, bytes.data() + i * sizeof(From), sizeof(From));
        elements[i] = static_cast<To>(element);
    }
    return onnx::make_tensor(shape, std::move(elements));
}

/// An element type: how NumPy writes it, its size, and how elements are read.
struct Format {
    std::string_view descriptor;
    std::int64_t size_bytes;
    HostTensor (*read)(std::string_view, const Shape&);
};

constexpr Format formats[] = {
    {"<f4", 4, elements_as<float, float>},
    {"<i8", 8, elements_as<std::int64_t, std::int64_t>},
    {"<i4", 4, elements_as<std::int64_t, std::int32_t>},
    {"|i1", 1, elements_as<std::int64_t, std::int8_t>},
    {"|u1", 1, elements_as<std::int64_t, std::uint8_t>},
    {"|b1", 1, elements_as<std::uint8_t, std::uint8_t>},
};

const Format& format_of(const std::string& descriptor) {
    for (const Format& format : formats) {
        if (format.descriptor == descriptor) return format;
    }
    core::fail_invalid(
        "its elements are '{}', expected float32 ('<f4') or integers; convert them with .astype(numpy.float32)", descriptor);
}

// Fortran order is row-major order of the axes from the last to the first.
HostTensor in_row_major_order(const HostTensor& tensor, const Shape& shape) {
    Dims reversed;
    Dims order;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        reversed.push_back(shape[axis]);
        order.push_back(axis);
    }
    const Layout layout = Layout::dense(reversed).permute(order);
    return onnx::picked(tensor, shape, onnx::offsets_of(layout));
}

std::string_view descriptor_of(DType dtype) {
    if (dtype == DType::Float32) return "<f4";
    return dtype == DType::Int64 ? "<i8" : "|b1";
}

std::string shape_text(const Shape& shape) {
    std::string text = "(";
    for (const std::int64_t extent : shape) text += fmt::format("{}, ", extent);
    if (shape.rank() > 1) text.resize(text.size() - 2);
    if (shape.rank() == 1) text.pop_back();
    return text + ")";
}

}  // namespace

HostTensor parse_npy(std::string_view bytes) {
    const NpyHeader header = parse_npy_header(bytes);
    const Format& format = format_of(header.descriptor);
    const std::int64_t expected_bytes = core::checked_multiply(element_count(header.shape), format.size_bytes);
    const std::string_view data = bytes.substr(header.size_bytes);
    if (!std::cmp_equal(data.size(), expected_bytes)) {
        core::fail(ErrorCode::IO, "damaged .npy file: {} bytes of elements where shape {} needs {}", data.size(),
                   to_string(header.shape), expected_bytes);
    }
    const HostTensor tensor = format.read(data, header.shape);
    return header.fortran_order ? in_row_major_order(tensor, header.shape) : tensor;
}

std::string format_npy(const HostTensor& tensor) {
    constexpr std::size_t fixed_bytes = 10;
    constexpr std::size_t alignment_bytes = 64;
    std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", descriptor_of(tensor.dtype),
                                     shape_text(tensor.shape));
    header.append(alignment_bytes - (fixed_bytes + header.size() + 1) % alignment_bytes, ' ');
    header += '\n';
    std::string bytes("\x93NUMPY\x01\x00", 8);
    bytes += static_cast<char>(header.size() & 0xffU);
    bytes += static_cast<char>(header.size() >> 8U);
    bytes += header;
    const auto size = static_cast<std::size_t>(element_count(tensor.shape) * size_bytes(tensor.dtype));
    return bytes.append(static_cast<const char*>(tensor.data.get()), size);
}

}  // namespace abut::cli
