// SPDX-License-Identifier: Apache-2.0
#include "jit/device_file.hpp"

#include "abut/error.hpp"
#include "core/hash.hpp"
#include "jit/cache_files.hpp"

namespace abut::jit {

std::string device_file(const std::string& identity, const std::string& suffix) {
    return core::hash_hex(identity) + suffix;
}

std::optional<std::vector<std::byte>> read_device_file(const std::string& directory, const std::string& name) try {
    constexpr std::size_t largest_bytes = std::size_t{1} << 20;
    return read_file_if_there(directory + "/" + name, largest_bytes);
} catch (const Error&) {
    return std::nullopt;
}

void write_device_file(const std::string& directory, const std::string& name, std::span<const std::byte> bytes,
                       const CacheSystem& system) {
    if (!bytes.empty()) return publish_file(directory, name, bytes, system);
    static_cast<void>(system.unlink((directory + "/" + name).c_str()));
}

}  // namespace abut::jit
