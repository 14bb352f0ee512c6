// SPDX-License-Identifier: Apache-2.0
#include "core/shared_library.hpp"

#include <dlfcn.h>

#include "core/fail.hpp"

namespace abut::core {

SharedLibrary::SharedLibrary(std::span<const std::string> names, const std::string& missing, Unloading unloading) {
    const int flags = RTLD_NOW | RTLD_LOCAL | (unloading == Unloading::Never ? RTLD_NODELETE : 0);
    for (const auto& name : names) {
        if (void* opened = ::dlopen(name.c_str(), flags)) {
            name_ = name;
            handle_ = {opened, [](void* handle) { ::dlclose(handle); }};
            return;
        }
    }
    fail(ErrorCode::Unsupported, "{}", missing);
}

SharedLibrary::Symbol SharedLibrary::symbol(const char* name) const {
    void* address = ::dlsym(handle_.get(), name);
    if (address == nullptr) fail(ErrorCode::Unsupported, "{}, which was found, has no {}", name_, name);
    return Symbol(address);
}

}  // namespace abut::core
