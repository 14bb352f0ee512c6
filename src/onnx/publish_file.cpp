// SPDX-License-Identifier: Apache-2.0
#include "onnx/publish_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <random>
#include <system_error>
#include <utility>

#include "core/fail.hpp"
#include "core/printable.hpp"

namespace abut::onnx {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail_io(const fs::path& file, std::string_view what) {
    core::fail(ErrorCode::IO, "{}: {}", core::printable(file.string()), what);
}

[[noreturn]] void fail_errno(const fs::path& file, int error) {
    fail_io(file, std::generic_category().message(error));
}

// Where a link leads; what is there must be a file, since a device or a pipe can't be replaced.
fs::path target_of(const fs::path& file) {
    std::error_code error;
    fs::path target = fs::is_symlink(file, error) ? fs::weakly_canonical(file, error) : file;
    const fs::file_status status = fs::status(target, error);
    if (fs::exists(status) && !fs::is_regular_file(status)) fail_io(file, "is there and no regular file");
    return target;
}

/// The bytes of a file beside its place; gone unless it takes it.
class StagedFile {
public:
    StagedFile(const fs::path& file, std::string_view bytes)
        : target_(target_of(file)),
          path_(fmt::format("{}.{:08x}.new", target_.string(), std::random_device{}())) {
        descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor_ < 0) fail_errno(file, errno);
        const int error = write(bytes);
        if (error != 0) {
            discard();
            fail_errno(file, error);
        }
    }
    StagedFile(const StagedFile&) = delete;
    StagedFile& operator=(const StagedFile&) = delete;
    ~StagedFile() { discard(); }

    void publish() {
        std::error_code error;
        fs::rename(path_, target_, error);
        if (error) fail_io(target_, error.message());
        path_.clear();
    }

private:
    // Some file systems report a full disk when a file is closed.
    int write(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return errno;
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        return ::close(std::exchange(descriptor_, -1)) == 0 ? 0 : errno;
    }

    void discard() noexcept {
        if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
        if (!path_.empty()) ::unlink(path_.c_str());
        path_.clear();
    }

    fs::path target_;
    std::string path_;
    int descriptor_ = -1;
};

}  // namespace

void publish_files(const std::vector<NewFile>& files) {
    std::vector<std::unique_ptr<StagedFile>> staged;
    for (const NewFile& file : files) staged.push_back(std::make_unique<StagedFile>(file.path, file.bytes));
    for (const auto& file : staged) file->publish();
}

void publish_file(const fs::path& path, std::string_view bytes) {
    StagedFile(path, bytes).publish();
}

void require_publishable(const fs::path& path) {
    const StagedFile trial(path, {});
}

}  // namespace abut::onnx
