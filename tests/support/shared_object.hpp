// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dlfcn.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "abut/error.hpp"
#include "support/file_bytes.hpp"
#include "support/temporary_directory.hpp"

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

/// The shared object whose file has these bytes. Throws as its constructor does.
inline std::shared_ptr<const SharedObject> loaded_object(std::span<const std::byte> file) {
    const TemporaryDirectory folder;
    const auto path = folder.path() + "/program.so";
    write_file(path, file);
    return std::make_shared<const SharedObject>(path);
}

}  // namespace abut::test
