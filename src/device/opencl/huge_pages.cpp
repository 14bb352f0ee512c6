// SPDX-License-Identifier: Apache-2.0
#include "device/opencl/huge_pages.hpp"

#include <sys/mman.h>

#include <cstdlib>

namespace abut::inline v0::device::opencl {
namespace {

constexpr std::int64_t page_bytes = std::int64_t{2} << 20;

/// What a buffer lies in, counted while it lives.
class Pages {
public:
    Pages(std::int64_t bytes, std::shared_ptr<std::atomic<std::int64_t>> used_bytes, std::int64_t most_bytes)
        : bytes_((bytes + page_bytes - 1) / page_bytes * page_bytes),
          used_bytes_(std::move(used_bytes)) {
        const auto used = used_bytes_->fetch_add(bytes_) + bytes_;
        if (used <= most_bytes) data_ = std::aligned_alloc(page_bytes, static_cast<std::size_t>(bytes_));
        // Without huge pages it is memory all the same.
        if (data_ != nullptr) madvise(data_, static_cast<std::size_t>(bytes_), MADV_HUGEPAGE);
    }
    ~Pages() {
        std::free(data_);
        used_bytes_->fetch_sub(bytes_);
    }
    Pages(const Pages&) = delete;
    Pages& operator=(const Pages&) = delete;
    [[nodiscard]] void* data() const noexcept { return data_; }

private:
    std::int64_t bytes_;
    std::shared_ptr<std::atomic<std::int64_t>> used_bytes_;
    void* data_ = nullptr;
};

void CL_CALLBACK release(cl_mem /*memory*/, void* pages) {
    const std::unique_ptr<Pages> last(static_cast<Pages*>(pages));
}

}  // namespace

cl::Buffer allocate_huge_pages(const cl::Context& context, std::int64_t bytes,
                               const std::shared_ptr<std::atomic<std::int64_t>>& used_bytes, std::int64_t most_bytes) {
    auto pages = std::make_unique<Pages>(bytes, used_bytes, most_bytes);
    if (pages->data() == nullptr) throw cl::Error(CL_MEM_OBJECT_ALLOCATION_FAILURE, "aligned_alloc");
    cl::Buffer buffer(context, CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR, static_cast<std::size_t>(bytes), pages->data());
    buffer.setDestructorCallback(release, pages.get());
    static_cast<void>(pages.release());  // the callback's
    return buffer;
}

}  // namespace abut::inline v0::device::opencl
