// SPDX-License-Identifier: Apache-2.0
// An engine with OpenCL code of its own: it allocates a cl_mem, and two convolutions of Abut write into slices of it, side
// by side, as a concat would have joined them. Nothing is copied, and a slice may begin at any element.
#include <CL/cl.h>

#include <abut/kernels.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

using Floats = std::vector<float>;

// Tensors lie N, H, W, C. The output has 3 channels of the engine's own, 12 of the first convolution, 1 of its own, 20 of
// the second, 2 of its own. Those of its own hold the canary, and so does all that lies around the tensor.
constexpr std::size_t height = 9, width = 7, inputs = 8, outputs = 38;
constexpr float canary = 12345.0F;
constexpr std::size_t tensor_offset = 5;  // elements from the start of a buffer to the tensor

struct Branch {  // relu(convolution + bias), stored to the channels [begin, end) of the output
    std::size_t begin, end, kernel;
    Floats weights, bias;
};

void check(cl_int code) {
    if (code != CL_SUCCESS) std::printf("OpenCL gave %d\n", code), std::exit(1);
}

Floats ramp(std::size_t count, std::size_t step) {
    Floats values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i * step % 17) / 17.0F - 0.5F;
    return values;
}

Branch branch(std::size_t begin, std::size_t end, std::size_t kernel) {
    return {begin, end, kernel, ramp((end - begin) * inputs * kernel * kernel, 5), ramp(end - begin, 3)};
}

// The convolution by a plain loop.
float expected(const Floats& x, const Branch& b, std::size_t row, std::size_t column, std::size_t channel) {
    float sum = 0;
    for (std::size_t tap = 0; tap < b.kernel * b.kernel; ++tap) {
        const auto h = row + tap / b.kernel - b.kernel / 2, w = column + tap % b.kernel - b.kernel / 2;
        if (h >= height || w >= width) continue;  // in the padding; below 0 wraps around
        for (std::size_t c = 0; c < inputs; ++c) {
            sum += x[(h * width + w) * inputs + c] * b.weights[(channel * inputs + c) * b.kernel * b.kernel + tap];
        }
    }
    return std::fmax(sum + b.bias[channel], 0.0F);
}

struct Engine {
    cl_context context;
    cl_command_queue queue;
    abut::KernelLibrary kernels;
    std::vector<Branch> branches;
    Floats x;
    cl_mem x_memory;

    // The output lies in `memory`, which begins `origin` elements after the start of `root`; of that all is looked at.
    bool run(const char* what, cl_mem memory, cl_mem root, std::size_t origin);
    void convolve(cl_mem memory);
};

void Engine::convolve(cl_mem memory) {
    const auto input = abut::TensorView::wrap(x_memory, 0, abut::ViewSpec::nhwc({1, inputs, height, width}));
    const auto output = abut::TensorView::wrap(memory, tensor_offset * 4, abut::ViewSpec::nhwc({1, outputs, height, width}));
    std::vector<abut::TensorView> slices;
    std::vector<abut::SpecialisedKernel> convolutions;
    for (const auto& b : branches) {
        const auto size = static_cast<std::int64_t>(b.kernel), pad = size / 2;
        const abut::Conv2d same{.pads = {pad, pad, pad, pad}, .epilogue = {abut::Bias{}, abut::Relu{}}};
        slices.push_back(output.slice(1, static_cast<std::int64_t>(b.begin), static_cast<std::int64_t>(b.end)));
        const auto weights = abut::ViewSpec::nchw({slices.back().layout().shape[1], inputs, size, size});
        convolutions.push_back(kernels.conv2d(same, input.spec(), weights, slices.back().spec()));
    }
    kernels.build();  // all that was asked for, as one batch; what is there already costs nothing

    const auto abut_queue = abut::Queue::wrap(queue);
    std::vector<abut::Event> done;
    for (std::size_t i = 0; i < branches.size(); ++i) {
        const auto weights = convolutions[i].pack(abut_queue, branches[i].weights);
        auto& host = branches[i].bias;  // host memory will do
        const auto bias = abut::TensorView::wrap(host.data(), abut::ViewSpec::nchw({slices[i].layout().shape[1]}));
        const abut::KernelArguments arguments{.input = input, .weights = weights, .bias = bias, .output = slices[i]};
        done.push_back(convolutions[i].enqueue(abut_queue, arguments, {.wait = {weights.ready()}}));
    }
    for (const auto& event : done) event.wait();
}

bool Engine::run(const char* what, cl_mem memory, cl_mem root, std::size_t origin) {
    convolve(memory);
    std::size_t size_bytes = 0;
    check(clGetMemObjectInfo(root, CL_MEM_SIZE, sizeof(size_bytes), &size_bytes, nullptr));
    Floats found(size_bytes / 4), wanted(size_bytes / 4, canary);
    check(clEnqueueReadBuffer(queue, root, CL_TRUE, 0, size_bytes, found.data(), 0, nullptr, nullptr));
    for (const auto& b : branches) {
        for (std::size_t i = 0; i < height * width * (b.end - b.begin); ++i) {
            const auto pixel = i / (b.end - b.begin), channel = i % (b.end - b.begin);
            wanted[origin + tensor_offset + pixel * outputs + b.begin + channel] =
                expected(x, b, pixel / width, pixel % width, channel);
        }
    }
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < found.size(); ++i) wrong += std::fabs(found[i] - wanted[i]) <= 1e-5F ? 0 : 1;
    std::printf("%-30s slices from bytes %zu and %zu on: %zu of %zu elements wrong\n", what,
                (origin + tensor_offset + branches[0].begin) * 4, (origin + tensor_offset + branches[1].begin) * 4, wrong,
                found.size());
    return wrong == 0;
}

int main() {
    cl_platform_id platform = nullptr;
    cl_device_id device = nullptr;
    cl_int code = CL_SUCCESS;
    check(clGetPlatformIDs(1, &platform, nullptr));
    check(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, nullptr));
    const cl_context context = clCreateContext(nullptr, 1, &device, nullptr, nullptr, &code);
    const cl_command_queue queue = clCreateCommandQueue(context, device, 0, &code);
    cl_uint align_bits = 0;
    check(clGetDeviceInfo(device, CL_DEVICE_MEM_BASE_ADDR_ALIGN, sizeof(align_bits), &align_bits, nullptr));
    const std::size_t align = align_bits / 8;
    std::printf("sub-buffers must begin at multiples of %zu bytes here\n", align);

    Floats x = ramp(height * width * inputs, 7);
    const cl_mem x_memory = clCreateBuffer(context, CL_MEM_COPY_HOST_PTR, x.size() * 4, x.data(), &code);
    Engine engine{
        context, queue,   abut::KernelLibrary(abut::Device::wrap(context, device)), {branch(3, 15, 3), branch(16, 36, 1)},
        x,       x_memory};

    Floats canaries(height * width * outputs + align / 2 + 1, canary);
    const std::size_t size_bytes = (canaries.size() - 1) * 4;
    const cl_mem plain = clCreateBuffer(context, CL_MEM_COPY_HOST_PTR, size_bytes, canaries.data(), &code);
    const cl_mem whole = clCreateBuffer(context, CL_MEM_COPY_HOST_PTR, size_bytes, canaries.data(), &code);
    const cl_buffer_region region{align, size_bytes - align};
    const cl_mem part = clCreateSubBuffer(whole, CL_MEM_READ_WRITE, CL_BUFFER_CREATE_TYPE_REGION, &region, &code);
    check(code);
    // The engine's own memory, at an address that is a multiple of 4 bytes and of no more.
    const cl_mem host = clCreateBuffer(context, CL_MEM_USE_HOST_PTR, size_bytes, canaries.data() + 1, &code);
    check(code);

    bool right = engine.run("a buffer", plain, plain, 0);
    right &= engine.run("host memory at an odd element", host, host, 0);
    right &= canaries.front() == canary;  // the element before that memory
    right &= engine.run("a sub-buffer", part, whole, align / 4);
    for (const cl_mem memory : {host, part, whole, plain, x_memory}) clReleaseMemObject(memory);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return right ? 0 : 1;
}
