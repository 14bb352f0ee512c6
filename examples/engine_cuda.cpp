// SPDX-License-Identifier: Apache-2.0
// An engine with CUDA code of its own: it has a context, a stream and memory, and two convolutions of Abut write into slices
// of one of its tensors, side by side, as a concat would have joined them. Nothing is copied, and a slice may begin at any
// element. It declares what it calls of the driver itself and looks for it when it runs, so it builds without CUDA's
// toolkit.
#include <dlfcn.h>

#include <abut/kernels.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

using Floats = std::vector<float>;
using Address = unsigned long long;  // the driver's CUdeviceptr

// Tensors lie N, H, W, C. The output has 3 channels of the engine's own, 12 of the first convolution, 1 of its own, 20 of
// the second, 2 of its own. Those of its own hold the canary, and so does all that lies around the tensor.
constexpr std::size_t height = 9, width = 7, inputs = 8, outputs = 38;
constexpr float canary = 12345.0F;
constexpr std::size_t tensor_offset = 5;  // elements from the start of the memory to the tensor

struct Branch {  // relu(convolution + bias), stored to the channels [begin, end) of the output
    std::size_t begin, end, kernel;
    Floats weights, bias;
};

void check(int code) {
    if (code != 0) std::printf("CUDA gave %d\n", code), std::exit(1);
}

struct Driver {
    int (*init)(unsigned);
    int (*retain_context)(CUcontext*, int);
    int (*release_context)(int);
    int (*push_context)(CUcontext);
    int (*create_stream)(CUstream*, unsigned);
    int (*destroy_stream)(CUstream);
    int (*wait_for)(CUstream);
    int (*allocate)(Address*, std::size_t);
    int (*release)(Address);
    int (*to_device)(Address, const void*, std::size_t, CUstream);
    int (*to_host)(void*, Address, std::size_t, CUstream);
};

template <class Function>
void find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    if (function == nullptr) std::printf("the CUDA driver has no %s\n", name), std::exit(1);
}

// Ends the program, as one that has nothing to do, where there is no driver or no device.
Driver load_driver() {
    void* library = dlopen("libcuda.so.1", RTLD_NOW);
    if (library == nullptr) std::printf("no CUDA driver here: %s\n", dlerror()), std::exit(0);
    Driver driver{};
    find(library, "cuInit", driver.init);
    find(library, "cuDevicePrimaryCtxRetain", driver.retain_context);
    find(library, "cuDevicePrimaryCtxRelease_v2", driver.release_context);
    find(library, "cuCtxPushCurrent_v2", driver.push_context);
    find(library, "cuStreamCreate", driver.create_stream);
    find(library, "cuStreamDestroy_v2", driver.destroy_stream);
    find(library, "cuStreamSynchronize", driver.wait_for);
    find(library, "cuMemAlloc_v2", driver.allocate);
    find(library, "cuMemFree_v2", driver.release);
    find(library, "cuMemcpyHtoDAsync_v2", driver.to_device);
    find(library, "cuMemcpyDtoHAsync_v2", driver.to_host);
    if (const int code = driver.init(0)) std::printf("no CUDA device here: cuInit gave %d\n", code), std::exit(0);
    return driver;
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
    Driver driver;
    CUcontext context;
    CUstream stream;

    Address upload(const Floats& values) const {
        Address address = 0;
        check(driver.allocate(&address, values.size() * 4));
        check(driver.to_device(address, values.data(), values.size() * 4, stream));
        check(driver.wait_for(stream));
        return address;
    }
    // Enqueues the branches on the engine's stream; the output lies in `memory`, after tensor_offset elements.
    void convolve(const std::vector<Branch>& branches, Address x, const std::vector<Address>& biases, Address memory) const;
};

void Engine::convolve(const std::vector<Branch>& branches, Address x, const std::vector<Address>& biases,
                      Address memory) const {
    const auto input = abut::TensorView::wrap_cuda(x, 0, abut::ViewSpec::nhwc({1, inputs, height, width}));
    const auto output =
        abut::TensorView::wrap_cuda(memory, tensor_offset * 4, abut::ViewSpec::nhwc({1, outputs, height, width}));
    abut::KernelLibrary kernels(abut::Device::wrap(context));
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

    const auto queue = abut::Queue::wrap(stream);
    for (std::size_t i = 0; i < branches.size(); ++i) {
        const auto weights = convolutions[i].pack(queue, branches[i].weights);
        const auto bias = abut::TensorView::wrap_cuda(biases[i], 0, abut::ViewSpec::nchw({slices[i].layout().shape[1]}));
        convolutions[i].enqueue(queue, {.input = input, .weights = weights, .bias = bias, .output = slices[i]});
    }
    queue.finish();  // the packed weights end with this function
}

int main() try {
    Engine engine{load_driver(), nullptr, nullptr};
    check(engine.driver.retain_context(&engine.context, 0));
    check(engine.driver.push_context(engine.context));
    check(engine.driver.create_stream(&engine.stream, 0));

    const Floats x = ramp(height * width * inputs, 7);
    const std::vector<Branch> branches{branch(3, 15, 3), branch(16, 36, 1)};
    Floats wanted(height * width * outputs + 2 * tensor_offset, canary);
    const Address x_memory = engine.upload(x), memory = engine.upload(wanted);
    const std::vector<Address> biases{engine.upload(branches[0].bias), engine.upload(branches[1].bias)};
    engine.convolve(branches, x_memory, biases, memory);

    Floats found(wanted.size());
    check(engine.driver.to_host(found.data(), memory, found.size() * 4, engine.stream));
    check(engine.driver.wait_for(engine.stream));
    for (const auto& b : branches) {
        for (std::size_t i = 0; i < height * width * (b.end - b.begin); ++i) {
            const auto pixel = i / (b.end - b.begin), channel = i % (b.end - b.begin);
            wanted[tensor_offset + pixel * outputs + b.begin + channel] =
                expected(x, b, pixel / width, pixel % width, channel);
        }
    }
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < found.size(); ++i) wrong += std::fabs(found[i] - wanted[i]) <= 1e-5F ? 0 : 1;
    std::printf(
        "two convolutions stored into slices from bytes %zu and %zu on of cuMemAlloc's memory: %zu of %zu elements wrong\n",
        (tensor_offset + branches[0].begin) * 4, (tensor_offset + branches[1].begin) * 4, wrong, found.size());
    for (const Address address : {x_memory, memory, biases[0], biases[1]}) check(engine.driver.release(address));
    check(engine.driver.destroy_stream(engine.stream));
    check(engine.driver.release_context(0));
    return wrong == 0 ? 0 : 1;
} catch (const abut::Error& error) {
    std::printf("%s\n", error.what());
    return 1;
}
