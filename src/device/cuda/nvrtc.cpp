// SPDX-License-Identifier: Apache-2.0
#include "device/cuda/nvrtc.hpp"

#include <fmt/format.h>

#include "core/environment.hpp"
#include "core/fail.hpp"
#include "core/shared_library.hpp"

namespace abut::inline v0::device::cuda {
namespace {

constexpr int compilation_error = 6;

constexpr const char* library_names[] = {"libnvrtc.so.13",
                                         "libnvrtc.so.12",
                                         "libnvrtc.so",
                                         "/usr/local/cuda/lib64/libnvrtc.so.13",
                                         "/usr/local/cuda/lib64/libnvrtc.so.12",
                                         "/usr/local/cuda/lib64/libnvrtc.so"};

core::SharedLibrary load_library() {
    const auto given = core::read_environment().nvrtc_library;
    std::vector<std::string> names(std::begin(library_names), std::end(library_names));
    if (!given.empty()) names = {given};
    // Unmapped, it leaks what it keeps, each time.
    return {
        names,
        fmt::format("NVRTC was not found{}, which a kernel that is not in the cache needs: install CUDA's toolkit, or let "
                    "ABUT_NVRTC name the libnvrtc.so of PyPI's nvidia-cuda-nvrtc",
                    given.empty() ? "" : " as " + given),
        core::SharedLibrary::Unloading::Never};
}

}  // namespace

using ProgramHandle = struct ProgramTag*;

struct Nvrtc::Library {
    core::SharedLibrary library = load_library();
    const char* (*error_text)(int) = library.symbol("nvrtcGetErrorString");
    int (*version)(int*, int*) = library.symbol("nvrtcVersion");
    int (*count_archs)(int*) = library.symbol("nvrtcGetNumSupportedArchs");
    int (*archs)(int*) = library.symbol("nvrtcGetSupportedArchs");
    int (*create)(ProgramHandle*, const char*, const char*, int, const char* const*,
                  const char* const*) = library.symbol("nvrtcCreateProgram");
    int (*compile)(ProgramHandle, int, const char* const*) = library.symbol("nvrtcCompileProgram");
    int (*destroy)(ProgramHandle*) = library.symbol("nvrtcDestroyProgram");
    int (*log_size)(ProgramHandle, std::size_t*) = library.symbol("nvrtcGetProgramLogSize");
    int (*log)(ProgramHandle, char*) = library.symbol("nvrtcGetProgramLog");
    int (*cubin_size)(ProgramHandle, std::size_t*) = library.symbol("nvrtcGetCUBINSize");
    int (*cubin)(ProgramHandle, char*) = library.symbol("nvrtcGetCUBIN");
    int (*ptx_size)(ProgramHandle, std::size_t*) = library.symbol("nvrtcGetPTXSize");
    int (*ptx)(ProgramHandle, char*) = library.symbol("nvrtcGetPTX");

    void require(int code, const char* call) const;
    [[nodiscard]] std::string name() const;
    [[nodiscard]] std::vector<int> known_archs() const;
    /// What a pair of functions gives for a program: its size, then its bytes.
    [[nodiscard]] std::vector<std::byte> bytes_of(ProgramHandle program, int (*size)(ProgramHandle, std::size_t*),
                                                  int (*bytes)(ProgramHandle, char*)) const;
    [[nodiscard]] std::string log_of(ProgramHandle program) const;
};

void Nvrtc::Library::require(int code, const char* call) const {
    if (code != 0) core::fail(ErrorCode::Compiler, "{} returned {}", call, error_text(code));
}

std::string Nvrtc::Library::name() const {
    int major = 0;
    int minor = 0;
    require(version(&major, &minor), "nvrtcVersion");
    return fmt::format("NVRTC {}.{}", major, minor);
}

std::vector<int> Nvrtc::Library::known_archs() const {
    int count = 0;
    require(count_archs(&count), "nvrtcGetNumSupportedArchs");
    std::vector<int> known(static_cast<std::size_t>(count));
    require(archs(known.data()), "nvrtcGetSupportedArchs");
    return known;
}

std::vector<std::byte> Nvrtc::Library::bytes_of(ProgramHandle program, int (*size)(ProgramHandle, std::size_t*),
                                                int (*bytes)(ProgramHandle, char*)) const {
    std::size_t count = 0;
    require(size(program, &count), "reading the size of what NVRTC made");
    std::vector<std::byte> result(count);
    if (count > 0) require(bytes(program, reinterpret_cast<char*>(result.data())), "reading what NVRTC made");
    return result;
}

std::string Nvrtc::Library::log_of(ProgramHandle program) const {
    const auto bytes = bytes_of(program, log_size, log);
    // The closing zero is no part of the text.
    return bytes.empty() ? std::string() : std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size() - 1);
}

Nvrtc::Nvrtc() = default;
Nvrtc::~Nvrtc() = default;

const Nvrtc::Library& Nvrtc::library() {
    const std::scoped_lock lock(mutex_);
    if (!library_) library_ = std::make_unique<const Library>();
    return *library_;
}

CompiledText Nvrtc::compile(const std::string& source, const Arch& arch) {
    const auto& nvrtc = library();
    const auto target = target_for(arch, nvrtc.known_archs(), nvrtc.name());
    ProgramHandle handle = nullptr;
    nvrtc.require(nvrtc.create(&handle, source.c_str(), "abut.cu", 0, nullptr, nullptr), "nvrtcCreateProgram");
    const auto destroy = [&nvrtc](ProgramHandle made) { nvrtc.destroy(&made); };
    const std::unique_ptr<ProgramTag, decltype(destroy)> owned(handle, destroy);

    const auto arch_option = "--gpu-architecture=" + target.arch;
    std::vector<const char*> options(std::begin(compile_options), std::end(compile_options));
    options.push_back(arch_option.c_str());
    const int code = nvrtc.compile(handle, static_cast<int>(options.size()), options.data());
    auto log = nvrtc.log_of(handle);
    if (code == compilation_error)
        core::fail(ErrorCode::Compiler, "{} refused a program for {}: {}", nvrtc.name(), target.arch, log);
    nvrtc.require(code, "nvrtcCompileProgram");
    auto ptx = nvrtc.bytes_of(handle, nvrtc.ptx_size, nvrtc.ptx);
    core::require(!ptx.empty(), "{} gave no PTX of a program for {}", nvrtc.name(), target.arch);
    return {.cubin = nvrtc.bytes_of(handle, nvrtc.cubin_size, nvrtc.cubin),
            .ptx = std::move(ptx),
            .log = std::move(log),
            .exact = target.exact};
}

}  // namespace abut::inline v0::device::cuda
