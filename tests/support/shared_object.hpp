// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dlfcn.h>

#include <memory>
#include <string>

#include "abut/error.hpp"

namespace abut::test {

/// A shared object that is mapped into the process as long as this lives; its file may go at once.
class SharedObject {
public:
    /// Throws Device with the loader's reason.
    explicit SharedObject(const std::string& path) : handle_(::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
        if (!handle_) throw Error(ErrorCode::Device, std::string("a shared object was refused: ") + ::dlerror());
    }
    /// Throws Device where it defines no such name.
    template <class Function>
    [[nodiscard]] Function* function(const std::string& name) const {
        if (auto* address = ::dlsym(handle_.get(), name.c_str())) return reinterpret_cast<Function*>(address);
        throw Error(ErrorCode::Device, "the shared object defines no " + name);
    }

private:
    struct Close {
        void operator()(void* handle) const { ::dlclose(handle); }
    };
    std::unique_ptr<void, Close> handle_;
};

}  // namespace abut::test
