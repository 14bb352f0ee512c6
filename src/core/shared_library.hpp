// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <type_traits>

namespace abut::core {

/// A library that is loaded when it is needed. Its functions stay until the last copy is gone. Thread-safe as a shared_ptr.
class SharedLibrary {
public:
    /// A function that was found, of the type that the caller declares it with.
    class Symbol {
    public:
        explicit Symbol(void* address) : address_(address) {}
        template <class Function>
        requires std::is_function_v<Function>
        operator Function*() const {  // NOLINT(google-explicit-constructor): what it is for
            return reinterpret_cast<Function*>(address_);
        }

    private:
        void* address_;
    };
    enum class Unloading { WithLastCopy, Never };

    /// The first of `names` that the system finds. Throws Unsupported with the text `missing`, which says what needs it and
    /// what to install.
    SharedLibrary(std::span<const std::string> names, const std::string& missing,
                  Unloading unloading = Unloading::WithLastCopy);
    /// Throws Unsupported where the library has none of that name.
    [[nodiscard]] Symbol symbol(const char* name) const;

private:
    std::string name_;
    std::shared_ptr<void> handle_;
};

}  // namespace abut::core
