// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/fail.hpp"
#include "jit/descriptor.hpp"

namespace abut::jit {
namespace {

[[noreturn]] void fail_io(const std::string& doing, const std::string& path, int error) {
    core::fail(ErrorCode::IO, "kernel cache: {} '{}': {}", doing, path, std::generic_category().message(error));
}

/// Removes a temporary file unless it got its name.
class TemporaryFile {
public:
    explicit TemporaryFile(std::string path) : path_(std::move(path)) {}
    ~TemporaryFile() {
        if (!path_.empty()) ::unlink(path_.c_str());
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    void rename_to(const std::string& path, const CacheSystem& system) {
        if (system.rename(path_.c_str(), path.c_str()) != 0) fail_io("can't rename to", path, errno);
        path_.clear();
    }

private:
    std::string path_;
};

void require_trusted(const struct stat& status, const std::string& path) {
    if (status.st_uid != ::geteuid() && status.st_uid != 0) {
        core::fail(ErrorCode::IO, "kernel cache: '{}' belongs to another user, who could have put any code there", path);
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        core::fail(ErrorCode::IO, "kernel cache: others may write to '{}': chmod go-w it, or name another directory", path);
    }
}

void write_all(int file, std::span<const std::byte> bytes, const std::string& path, const CacheSystem& system) {
    while (!bytes.empty()) {
        const auto written = system.write(file, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) fail_io("can't write", path, errno);
        if (written == 0) fail_io("nothing more can be written to", path, ENOSPC);
        if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void read_all(int file, std::span<std::byte> bytes, const std::string& path, const CacheSystem& system) {
    while (!bytes.empty()) {
        const auto got = system.read(file, bytes.data(), bytes.size());
        if (got < 0 && errno != EINTR) fail_io("can't read", path, errno);
        if (got == 0) fail_io("it became shorter while it was read:", path, EIO);
        if (got > 0) bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
}

/// A regular file that only this user or root could have written; not open where there is none.
Descriptor open_trusted(const std::string& path) {
    // Not blocking: someone may have put a pipe there.
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file.is_open() && errno == ENOENT) return file;
    if (!file.is_open()) fail_io("can't open", path, errno);
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) fail_io("can't read", path, errno);
    if (!S_ISREG(status.st_mode)) core::fail(ErrorCode::IO, "kernel cache: '{}' is no regular file", path);
    require_trusted(status, path);
    return file;
}

}  // namespace

void prepare_directory(const std::string& directory) {
    const std::filesystem::path path(directory);
    std::filesystem::path made;
    for (const auto& part : path) {
        made /= part;
        if (::mkdir(made.c_str(), S_IRWXU) == 0 || errno == EEXIST) continue;
        const int reason = errno;
        struct stat status {};
        if (::stat(made.c_str(), &status) != 0) fail_io("can't make the directory", directory, reason);
    }
    require_directory(directory);
}

void require_directory(const std::string& directory) {
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0) fail_io("can't use the directory", directory, errno);
    if (!S_ISDIR(status.st_mode)) fail_io("can't use the directory", directory, ENOTDIR);
    require_trusted(status, directory);
}

std::vector<std::string> list_files(const std::string& directory, const std::string& suffix) {
    std::vector<std::string> names;
    std::error_code error;
    for (auto file = std::filesystem::directory_iterator(directory, error); file != std::filesystem::directory_iterator();
         file.increment(error)) {
        if (error) break;
        auto name = file->path().filename().string();
        if (name.ends_with(suffix)) names.push_back(std::move(name));
    }
    if (error && error != std::errc::no_such_file_or_directory) fail_io("can't list", directory, error.value());
    std::ranges::sort(names);
    return names;
}

std::vector<std::byte> read_file(const std::string& path, std::size_t limit_bytes) {
    if (auto bytes = read_file_if_there(path, limit_bytes)) return *std::move(bytes);
    fail_io("can't open", path, ENOENT);
}

std::optional<std::vector<std::byte>> read_file_if_there(const std::string& path, std::size_t limit_bytes,
                                                         const CacheSystem& system) {
    const auto file = open_trusted(path);
    if (!file.is_open()) return std::nullopt;
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) fail_io("can't read", path, errno);
    std::vector<std::byte> bytes(std::min(static_cast<std::size_t>(status.st_size), limit_bytes));
    read_all(file.number(), bytes, path, system);
    return bytes;
}

bool is_readable(const std::string& path) {
    return open_trusted(path).is_open();
}

void publish_file(const std::string& directory, const std::string& name, std::span<const std::byte> bytes,
                  const CacheSystem& system) {
    auto path = (std::filesystem::path(directory) / (std::string(temporary_prefix) + "XXXXXX")).string();
    // mkostemp creates with mode 0600.
    Descriptor file(::mkostemp(path.data(), O_CLOEXEC));
    if (!file.is_open()) fail_io("can't write to the directory", directory, errno);
    TemporaryFile temporary(path);
    write_all(file.number(), bytes, path, system);
    if (system.sync(file.number()) != 0) fail_io("can't sync", path, errno);
    if (!file.close()) fail_io("can't close", path, errno);
    temporary.rename_to((std::filesystem::path(directory) / name).string(), system);
}

std::optional<FileFacts> file_facts(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0)
        return FileFacts{.bytes = static_cast<std::int64_t>(status.st_size),
                         .modified = static_cast<std::int64_t>(status.st_mtim.tv_sec),
                         .number = status.st_ino};
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    fail_io("can't look at", path, errno);
}

bool append_to_file(const std::string& path, std::string_view text, const CacheSystem& system) {
    constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    const Descriptor file(::open(path.c_str(), flags, S_IRUSR | S_IWUSR));
    if (!file.is_open()) return false;
    return system.write(file.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace abut::jit
