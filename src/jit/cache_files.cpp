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

namespace abut::jit {
namespace {

[[noreturn]] void fail_io(const std::string& doing, const std::string& path, int error) {
    core::fail(ErrorCode::IO, "kernel cache: {} '{}': {}", doing, path, std::generic_category().message(error));
}

/// An open file, closed at the end of its scope.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const noexcept { return number_; }
    /// Whether the file system took all that was written.
    [[nodiscard]] bool close() { return ::close(std::exchange(number_, -1)) == 0; }

private:
    int number_;
};

/// Removes a temporary file unless it got its name.
class TemporaryFile {
public:
    explicit TemporaryFile(std::string path) : path_(std::move(path)) {}
    ~TemporaryFile() {
        if (!path_.empty()) ::unlink(path_.c_str());
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    void rename_to(const std::string& path) {
        if (::rename(path_.c_str(), path.c_str()) != 0) fail_io("can't rename to", path, errno);
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

void write_all(int file, std::span<const std::byte> bytes, const std::string& path) {
    while (!bytes.empty()) {
        const auto written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) fail_io("can't write", path, errno);
        if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void read_all(int file, std::span<std::byte> bytes, const std::string& path) {
    while (!bytes.empty()) {
        const auto got = ::read(file, bytes.data(), bytes.size());
        if (got < 0 && errno != EINTR) fail_io("can't read", path, errno);
        if (got == 0) fail_io("it became shorter while it was read:", path, EIO);
        if (got > 0) bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
}

}  // namespace

void prepare_directory(const std::string& directory) {
    const std::filesystem::path path(directory);
    std::filesystem::path made;
    for (const auto& part : path) {
        made /= part;
        if (::mkdir(made.c_str(), S_IRWXU) != 0 && errno != EEXIST && !std::filesystem::exists(made)) {
            fail_io("can't make the directory", directory, errno);
        }
    }
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
    // Not blocking: someone may have put a pipe there.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (file.number() < 0) fail_io("can't open", path, errno);
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) fail_io("can't read", path, errno);
    if (!S_ISREG(status.st_mode)) core::fail(ErrorCode::IO, "kernel cache: '{}' is no regular file", path);
    require_trusted(status, path);
    std::vector<std::byte> bytes(std::min(static_cast<std::size_t>(status.st_size), limit_bytes));
    read_all(file.number(), bytes, path);
    return bytes;
}

void publish_file(const std::string& directory, const std::string& name, std::span<const std::byte> bytes) {
    auto path = (std::filesystem::path(directory) / ".unfinished-XXXXXX").string();
    // mkostemp creates with mode 0600.
    Descriptor file(::mkostemp(path.data(), O_CLOEXEC));
    if (file.number() < 0) fail_io("can't write to the directory", directory, errno);
    TemporaryFile temporary(path);
    write_all(file.number(), bytes, path);
    if (::fsync(file.number()) != 0) fail_io("can't sync", path, errno);
    if (!file.close()) fail_io("can't close", path, errno);
    temporary.rename_to((std::filesystem::path(directory) / name).string());
}

}  // namespace abut::jit
