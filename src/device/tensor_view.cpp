// SPDX-License-Identifier: Apache-2.0
#include "abut/tensor_view.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "abut/error.hpp"
#include "core/required.hpp"
#include "device/backend.hpp"

namespace abut::inline v0 {
namespace {

[[noreturn]] void refuse(std::string_view reason, std::int64_t offset_bytes, const Layout& layout, std::int64_t size_bytes) {
    throw Error(ErrorCode::InvalidArgument, fmt::format("view {} at offset {} bytes of a buffer of {} bytes: {}",
                                                        to_string(layout), offset_bytes, size_bytes, reason));
}

std::int64_t view_bytes(DType dtype, const Layout& layout) {
    const auto extent = layout.extent();
    if (extent > std::numeric_limits<std::int64_t>::max() / size_bytes(dtype)) {
        throw Error(ErrorCode::InvalidArgument, fmt::format("view {}: its size overflows 63 bits", to_string(layout)));
    }
    return extent * size_bytes(dtype);
}

void require_inside(std::int64_t available_bytes, std::int64_t offset_bytes, DType dtype, const Layout& layout) {
    for (const auto stride : layout.strides) {
        if (stride < 0) refuse("strides must not be negative", offset_bytes, layout, available_bytes);
    }
    if (offset_bytes < 0) refuse("the offset must not be negative", offset_bytes, layout, available_bytes);
    if (offset_bytes % size_bytes(dtype) != 0) {
        refuse(fmt::format("the offset must be a multiple of the element's {} bytes", size_bytes(dtype)), offset_bytes,
               layout, available_bytes);
    }
    const auto bytes = view_bytes(dtype, layout);
    if (offset_bytes > available_bytes || bytes > available_bytes - offset_bytes) {
        refuse(fmt::format("it needs {} bytes from there", bytes), offset_bytes, layout, available_bytes);
    }
}

}  // namespace

TensorView::TensorView(Buffer buffer, std::int64_t offset_bytes, DType dtype, Layout layout)
    : buffer_(std::move(buffer)),
      offset_bytes_(offset_bytes),
      dtype_(dtype),
      layout_(std::move(layout)) {
    require_inside(buffer_.size_bytes(), offset_bytes_, dtype_, layout_);
    const Alignment start{buffer_.memory()->alignment_bytes(), 0};
    const auto alignment = start.moved(buffer_.offset_bytes()).power_of_two();
    if (alignment < size_bytes(dtype_)) {
        refuse(fmt::format("its address is a multiple of {} only, elements take {} bytes", alignment, size_bytes(dtype_)),
               offset_bytes_, layout_, buffer_.size_bytes());
    }
}

TensorView TensorView::wrap(cl_mem memory, std::int64_t offset_bytes, const ViewSpec& spec) {
    return {Buffer::wrap(memory), offset_bytes, spec.dtype, spec.layout};
}

TensorView TensorView::wrap_cuda(unsigned long long device_pointer, std::int64_t offset_bytes, const ViewSpec& spec) {
    const auto bytes = view_bytes(spec.dtype, spec.layout);
    if (offset_bytes < 0 || bytes > std::numeric_limits<std::int64_t>::max() - offset_bytes)
        refuse("the offset must not be negative, nor the end overflow", offset_bytes, spec.layout, bytes);
    return {Buffer::wrap_cuda(device_pointer, offset_bytes + bytes), offset_bytes, spec.dtype, spec.layout};
}

TensorView TensorView::wrap(void* host, const ViewSpec& spec) {
    if (host == nullptr) throw Error(ErrorCode::InvalidArgument, "the host pointer of a view is null");
    const auto memory = std::make_shared<device::HostMemory>(host, view_bytes(spec.dtype, spec.layout));
    return {Buffer(memory), 0, spec.dtype, spec.layout};
}

TensorView TensorView::slice(int axis, std::int64_t begin, std::int64_t end) const {
    std::int64_t offset = 0;
    auto layout = layout_.slice(axis, begin, end, offset);
    return {buffer_, offset_bytes_ + offset * size_bytes(dtype_), dtype_, std::move(layout)};
}

ViewSpec TensorView::spec() const {
    const Alignment start{core::required(buffer_.memory(), "buffer of the view").alignment_bytes(), 0};
    return {dtype_, layout_, start.moved(buffer_.offset_bytes()).moved(offset_bytes_)};
}

}  // namespace abut::inline v0
