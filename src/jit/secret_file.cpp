// SPDX-License-Identifier: Apache-2.0
#include "jit/secret_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "core/fail.hpp"
#include "jit/descriptor.hpp"

namespace abut::jit {
namespace {

constexpr std::size_t largest_secret_bytes = 4096;

/// Throws unless `file` is a regular one that others can't read and that is not too large.
void require_private(int file, const std::string& path, const char* what) {
    struct stat status {};
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
        core::fail_invalid("{} '{}': expected a regular file that holds it", what, path);
    if (std::cmp_greater(status.st_size, largest_secret_bytes))
        core::fail_invalid("{} '{}': expected at most {} bytes, found {}", what, path, largest_secret_bytes, status.st_size);
    if (status.st_uid != ::geteuid() && status.st_uid != 0)
        core::fail_invalid("{} '{}' belongs to another user: expected a file of this one", what, path);
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        core::fail_invalid("{} '{}': others may read it; expected a file for its owner alone: chmod 600 it", what, path);
}

}  // namespace

std::string read_secret(const std::string& path, const char* what, std::size_t least_bytes) {
    // Not blocking: someone may have put a pipe there.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open())
        core::fail(ErrorCode::IO, "{}: can't open '{}': {}", what, path, std::generic_category().message(errno));
    require_private(file.number(), path, what);
    std::array<char, largest_secret_bytes + 1> bytes{};
    const auto got = ::read(file.number(), bytes.data(), bytes.size());
    if (got < 0) core::fail(ErrorCode::IO, "{}: can't read '{}': {}", what, path, std::generic_category().message(errno));
    std::string secret(bytes.data(), static_cast<std::size_t>(got));
    if (secret.ends_with('\n')) secret.pop_back();
    if (secret.size() < least_bytes || secret.size() > largest_secret_bytes)
        core::fail_invalid("{} '{}': expected {} to {} bytes, found {}", what, path, least_bytes, largest_secret_bytes,
                           secret.size());
    return secret;
}

}  // namespace abut::jit
