// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dlfcn.h>

#include <memory>
#include <string>

#include "core/fail.hpp"

namespace abut::jit {

/// A library that is loaded when it is needed. Its functions stay until the last copy is gone.
class SharedLibrary {
public:
    /// Throws Unsupported where there is none; `package` is what to install.
    SharedLibrary(const std::string& name, const char* package)
        : handle_(::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL), [](void* opened) {
              if (opened != nullptr) ::dlclose(opened);
          }) {
        if (handle_ == nullptr)
            core::fail(ErrorCode::Unsupported, "a cache in Redis needs {}, which was not found: install Debian's package {}",
                       name, package);
    }

    template <class Function>
    void find(const char* symbol, Function& function) const {
        function = reinterpret_cast<Function>(::dlsym(handle_.get(), symbol));
        if (function == nullptr)
            core::fail(ErrorCode::Unsupported, "a library that a cache in Redis needs has no {}", symbol);
    }

private:
    std::shared_ptr<void> handle_;
};

}  // namespace abut::jit
