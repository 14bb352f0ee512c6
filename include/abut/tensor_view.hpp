// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "abut/device.hpp"
#include "abut/layout.hpp"

namespace abut::inline v0 {

/// Where a tensor lies: memory, the byte offset of element 0 in it, and the layout. A value; shares the memory's handle.
class ABUT_API TensorView {
public:
    TensorView() = default;
    /// `offset_bytes` counts from the start of `buffer`. Throws InvalidArgument if the view leaves the buffer or the
    /// offset is no multiple of the element's size.
    TensorView(Buffer buffer, std::int64_t offset_bytes, DType dtype, Layout layout);
    /// A view of Buffer::wrap(memory): `offset_bytes` counts from the start of a sub-buffer, which the view can't leave.
    static TensorView wrap(cl_mem memory, std::int64_t offset_bytes, const ViewSpec& spec);
    /// A view of Buffer::wrap_cuda: `offset_bytes` counts from `device_pointer`, and the buffer ends where the view does.
    static TensorView wrap_cuda(unsigned long long device_pointer, std::int64_t offset_bytes, const ViewSpec& spec);
    /// Host memory, which stays the caller's and must outlive the work. Only for devices that share host memory.
    static TensorView wrap(void* host, const ViewSpec& spec);

    /// The part [begin, end) of `axis`.
    [[nodiscard]] TensorView slice(int axis, std::int64_t begin, std::int64_t end) const;
    /// What kernels are specialised for; the alignment is that of the actual address where it is known. Throws
    /// InvalidArgument for a view without memory.
    [[nodiscard]] ViewSpec spec() const;
    [[nodiscard]] const Buffer& buffer() const noexcept { return buffer_; }
    [[nodiscard]] std::int64_t offset_bytes() const noexcept { return offset_bytes_; }
    [[nodiscard]] DType dtype() const noexcept { return dtype_; }
    [[nodiscard]] const Layout& layout() const noexcept { return layout_; }

private:
    Buffer buffer_;
    std::int64_t offset_bytes_ = 0;
    DType dtype_ = DType::Float32;
    Layout layout_;
};

}  // namespace abut::inline v0
