// SPDX-License-Identifier: Apache-2.0
#include "device/cuda/api.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include "core/environment.hpp"
#include "core/fail.hpp"

namespace abut::inline v0::device::cuda {
namespace {

constexpr const char* driver_name = "libcuda.so.1";

std::shared_ptr<void> open_driver(const std::string& name) {
    // It stays mapped: the driver has threads of its own, which an unmapping would crash.
    void* handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == nullptr) core::fail(ErrorCode::Device, "{} was not found; it comes with NVIDIA's driver", name);
    return {handle, [](void* opened) { dlclose(opened); }};
}

class Resolver {
public:
    explicit Resolver(void* library) : library_(library) {}

    template <class... Parameters>
    void operator()(Function<Parameters...>& function) const {
        function.call = reinterpret_cast<Result (*)(Parameters...)>(dlsym(library_, function.name));
        if (function.call != nullptr) return;
        core::fail(ErrorCode::Device, "the driver is too old: {} has no {}; expected a driver for CUDA 12 or later",
                   driver_name, function.name);
    }

    template <class... Functions>
    void all(Functions&... functions) const {
        ((*this)(functions), ...);
    }

private:
    void* library_;
};

void resolve(Driver& d) {
    const Resolver find(d.library.get());
    find.all(d.init, d.driver_version, d.error_name, d.error_string);
    find.all(d.device_count, d.device_name, d.device_memory, d.device_attribute);
    find.all(d.context_retain, d.context_release, d.context_push, d.context_pop, d.context_current, d.context_device,
             d.context_synchronize);
    find.all(d.memory_info, d.memory_allocate, d.memory_free, d.memory_allocate_async, d.memory_free_async);
    find.all(d.host_allocate, d.host_free, d.copy_to_device, d.copy_to_host, d.pointer_attribute);
    find.all(d.stream_create, d.stream_destroy, d.stream_synchronize, d.stream_context, d.stream_wait);
    find.all(d.event_create, d.event_destroy, d.event_record, d.event_synchronize);
    find.all(d.module_load, d.module_unload, d.module_function, d.launch);
    find.all(d.graph_create, d.graph_destroy, d.graph_add, d.graph_instantiate, d.graph_update, d.graph_launch,
             d.graph_exec_destroy);
}

}  // namespace

std::string Driver::code_text(Result code) const {
    const char* name = nullptr;
    const char* text = nullptr;
    if (error_name.call(code, &name) != success || name == nullptr) return fmt::format("error {}", code);
    if (error_string.call(code, &text) != success || text == nullptr) return name;
    return fmt::format("{} ({})", name, text);
}

void Driver::refuse(std::string_view doing, const char* call, Result code) const {
    core::fail(ErrorCode::Device, "{}: {} returned {}", doing, call, code_text(code));
}

std::shared_ptr<const Driver> load_driver() {
    auto driver = std::make_shared<Driver>();
    const auto given = core::read_environment().cuda_driver;
    driver->library = open_driver(given.empty() ? driver_name : given);
    resolve(*driver);
    constexpr unsigned no_flags = 0;
    driver->run("starting CUDA", driver->init, no_flags);
    return driver;
}

}  // namespace abut::inline v0::device::cuda
