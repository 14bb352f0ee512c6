// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "device/cuda/api.hpp"

namespace abut::inline v0::device::cuda {

/// A CUcontext and its driver: a device's primary context, retained, or the caller's.
class Context {
public:
    static std::shared_ptr<const Context> primary(std::shared_ptr<const Driver> driver, DeviceOrdinal device);
    /// The caller's, which must outlive the object.
    static std::shared_ptr<const Context> of_caller(std::shared_ptr<const Driver> driver, CUcontext handle);
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    [[nodiscard]] const Driver& driver() const noexcept { return *driver_; }
    [[nodiscard]] CUcontext handle() const noexcept { return handle_; }
    [[nodiscard]] DeviceOrdinal device() const noexcept { return device_; }

    /// Calls a function of the driver with this context current.
    template <class Function, class... Arguments>
    void run(std::string_view doing, const Function& function, Arguments... arguments) const;
    /// Likewise; for destructors and for callers that tell codes apart.
    template <class Function, class... Arguments>
    Result result_of(const Function& function, Arguments... arguments) const noexcept;

private:
    Context(std::shared_ptr<const Driver> driver, CUcontext handle, bool is_primary);

    std::shared_ptr<const Driver> driver_;
    CUcontext handle_;
    DeviceOrdinal device_ = 0;
    bool is_primary_;
};

/// Makes a context the calling thread's current one: the library is called from any thread, each with a context of its own.
class ScopedContext {
public:
    explicit ScopedContext(const Context& context) : driver_(context.driver()) {
        result_ = driver_.context_push.call(context.handle());
    }
    ~ScopedContext() {
        CUcontext popped = nullptr;
        if (result_ == success) driver_.context_pop.call(&popped);
    }
    ScopedContext(const ScopedContext&) = delete;
    ScopedContext& operator=(const ScopedContext&) = delete;
    [[nodiscard]] Result result() const noexcept { return result_; }

private:
    const Driver& driver_;
    Result result_;
};

template <class Function, class... Arguments>
void Context::run(std::string_view doing, const Function& function, Arguments... arguments) const {
    const ScopedContext current(*this);
    if (current.result() != success) driver_->refuse(doing, driver_->context_push.name, current.result());
    driver_->run(doing, function, arguments...);
}

template <class Function, class... Arguments>
Result Context::result_of(const Function& function, Arguments... arguments) const noexcept {
    const ScopedContext current(*this);
    return current.result() != success ? current.result() : function.call(arguments...);
}

/// A handle of the driver that is destroyed with the object, with its context current.
template <class Handle>
class Owned {
public:
    using Destroy = Function<Handle> Driver::*;
    Owned() = default;
    Owned(std::shared_ptr<const Context> context, Handle handle, Destroy destroy)
        : context_(std::move(context)),
          handle_(handle),
          destroy_(destroy) {}
    Owned(Owned&& other) noexcept
        : context_(std::move(other.context_)),
          handle_(std::exchange(other.handle_, {})),
          destroy_(other.destroy_) {}
    Owned& operator=(Owned&& other) noexcept {
        std::swap(context_, other.context_);
        std::swap(handle_, other.handle_);
        std::swap(destroy_, other.destroy_);
        return *this;
    }
    ~Owned() {
        if (context_ && handle_) context_->result_of(context_->driver().*destroy_, handle_);
    }
    [[nodiscard]] Handle get() const noexcept { return handle_; }

private:
    std::shared_ptr<const Context> context_;
    Handle handle_{};
    Destroy destroy_ = nullptr;
};

Owned<CUstream> new_stream(const std::shared_ptr<const Context>& context);
/// Without timing, which makes recording and waiting cheaper.
Owned<CUevent> new_event(const std::shared_ptr<const Context>& context);

/// "cuda:0 (NVIDIA H100)", for messages.
std::string device_text(const Driver& driver, DeviceOrdinal device);

}  // namespace abut::inline v0::device::cuda
