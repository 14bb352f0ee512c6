// SPDX-License-Identifier: Apache-2.0
#include "device/opencl/module.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/fail.hpp"
#include "device/opencl/memory.hpp"
#include "device/opencl/platform.hpp"

namespace abut::inline v0::device::opencl {
namespace {

class ClKernel final : public Kernel {
public:
    explicit ClKernel(cl::Kernel kernel) : kernel_(std::move(kernel)) {}
    void set(int index, const std::shared_ptr<Memory>& memory) override;
    void set(int index, ScalarType type, std::int64_t value) override;
    [[nodiscard]] cl::Kernel& kernel() noexcept { return kernel_; }

private:
    cl::Kernel kernel_;
};

void ClKernel::set(int index, const std::shared_ptr<Memory>& memory) {
    if (!memory) core::fail_invalid("argument {} of a kernel is an empty buffer", index);
    const auto& buffer = cl_memory(*memory).buffer();
    checked("setting a kernel's argument", [&] { kernel_.setArg(static_cast<cl_uint>(index), buffer); });
}

void ClKernel::set(int index, ScalarType type, std::int64_t value) {
    if (type == ScalarType::Pointer) throw Error(ErrorCode::InvalidArgument, "a number was given for a pointer argument");
    checked("setting a kernel's argument", [&] {
        // The low half of a little-endian number is its 32-bit form.
        const auto size_bytes = type == ScalarType::Int64 ? sizeof(cl_long) : sizeof(cl_int);
        kernel_.setArg(static_cast<cl_uint>(index), size_bytes, &value);
    });
}

std::string log_of(const cl::Program& program, const cl::Device& device) {
    return program.getBuildInfo<CL_PROGRAM_BUILD_LOG>(device);
}

/// Any value of any type: null for a pointer, else zero.
void set_empty_argument(cl::Kernel& kernel, cl_uint index) {
    // A pointer to a null cl_mem has the size of a 64-bit number; Oclgrind reads what a null value points to.
    constexpr cl_ulong zero = 0;
    static_assert(sizeof(cl_mem) == sizeof(zero));
    if (clSetKernelArg(kernel(), index, sizeof(zero), &zero) == CL_SUCCESS) return;
    kernel.setArg(index, sizeof(cl_uint), &zero);
}

/// PoCL generates code at a kernel's first launch. A launch of two dimensions does nothing else (Backend::build).
void generate_code(const cl::Context& context, const cl::Device& device, std::span<cl::Kernel> kernels,
                   const std::function<void(int)>& generated) {
    const cl::CommandQueue queue(context, device);
    int done = 0;
    for (auto& kernel : kernels) {
        const auto parameters = kernel.getInfo<CL_KERNEL_NUM_ARGS>();
        for (cl_uint index = 0; index < parameters; ++index) set_empty_argument(kernel, index);
        const auto group = kernel.getWorkGroupInfo<CL_KERNEL_COMPILE_WORK_GROUP_SIZE>(device);
        const cl::NDRange items(std::max<std::size_t>(group[0], 1), 1);
        queue.enqueueNDRangeKernel(kernel, cl::NullRange, items, items);
        queue.finish();
        if (generated) generated(++done);
    }
}

/// The binary for `device`, which may be one of several of the program's context.
std::vector<std::byte> binary_of(const cl::Program& program, cl_device_id device) {
    const auto devices = program.getInfo<CL_PROGRAM_DEVICES>();
    const auto found = std::ranges::find(devices, device, [](const cl::Device& other) { return other(); });
    const auto binaries = program.getInfo<CL_PROGRAM_BINARIES>();
    const auto& binary = binaries.at(static_cast<std::size_t>(found - devices.begin()));
    const auto bytes = std::as_bytes(std::span(binary));
    return {bytes.begin(), bytes.end()};
}

/// The same kernels from a text that still differs when preprocessed.
cl::Program twin_of(const cl::Program& program, const cl::Device& device) {
    const auto context = program.getInfo<CL_PROGRAM_CONTEXT>();
    cl::Program twin(context, program.getInfo<CL_PROGRAM_SOURCE>() + "typedef int abut_twin;\n");
    twin.build(device, build_options);
    std::vector<cl::Kernel> kernels;
    twin.createKernels(&kernels);
    generate_code(context, device, kernels, {});
    return twin;
}

}  // namespace

// Warnings go to standard error in PoCL, past every callback.
const char* const build_options = "-cl-std=CL1.2 -w";

cl::Kernel& of_opencl(Kernel& kernel) {
    auto* of_this = dynamic_cast<ClKernel*>(&kernel);
    if (of_this == nullptr) throw Error(ErrorCode::InvalidArgument, "expected a kernel of an OpenCL device");
    return of_this->kernel();
}

std::unique_ptr<Kernel> ClModule::kernel(const std::string& name) const {
    const std::scoped_lock lock(no_new_kernels_);
    return checked("creating a kernel", [&] { return std::make_unique<ClKernel>(cl::Kernel(program_, name.c_str())); });
}

bool ClModule::is_in_use() const {
    constexpr cl_uint ours = 1;
    return program_.getInfo<CL_PROGRAM_REFERENCE_COUNT>() > ours;
}

std::vector<std::byte> ClModule::binary() const {
    return checked("reading a program's binary", [&] {
        constexpr bool retain = true;
        const cl::Device device(device_, retain);
        std::unique_lock lock(no_new_kernels_);
        if (!is_pocl(device) || !is_in_use()) return binary_of(program_, device_);
        lock.unlock();
        // PoCL 3.1 counts the users of generated code by its program's content, adds what it generates for a binary with no
        // user, and takes the next launch that ends for one: it aborts (pocl_release_dlhandle_cache). Of a twin nothing
        // runs.
        return binary_of(twin_of(program_, device), device_);
    });
}

std::shared_ptr<ClModule> build_module(const cl::Context& context, const cl::Device& device, const std::string& source,
                                       std::span<const std::string> kernels, const std::function<void(int)>& generated) {
    return checked("building a program", [&] {
        cl::Program program(context, source);
        try {
            program.build(device, build_options);
        } catch (const cl::Error& error) {
            if (error.err() != CL_BUILD_PROGRAM_FAILURE) throw;
            core::fail(ErrorCode::Compiler, "the device's compiler refused a program with the kernel {}{}: {}",
                       kernels.front(), kernels.size() > 1 ? fmt::format(" and {} more", kernels.size() - 1) : "",
                       log_of(program, device));
        }
        std::vector<cl::Kernel> entries;
        for (const auto& name : kernels) entries.emplace_back(program, name.c_str());
        generate_code(context, device, entries, generated);
        return std::make_shared<ClModule>(std::move(program), device);
    });
}

std::shared_ptr<ClModule> load_module(const cl::Context& context, const cl::Device& device,
                                      std::span<const std::byte> binary) {
    return checked("loading a program's binary", [&] {
        const auto* bytes = reinterpret_cast<const unsigned char*>(binary.data());
        cl::Program program(context, {device}, cl::Program::Binaries{{bytes, bytes + binary.size()}});
        program.build(device, build_options);
        std::vector<cl::Kernel> entries;
        program.createKernels(&entries);
        generate_code(context, device, entries, {});
        return std::make_shared<ClModule>(std::move(program), device);
    });
}

}  // namespace abut::inline v0::device::opencl
