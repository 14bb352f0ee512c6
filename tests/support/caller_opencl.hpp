// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CL/cl.h>

#include <charconv>
#include <stdexcept>
#include <string>
#include <vector>

namespace abut::test {

/// An engine that uses OpenCL's C interface by itself; everything is released at the end of the scope.
class CallerOpenCl {
public:
    explicit CallerOpenCl(const std::string& selector) : device_(find(selector)) {
        cl_int code = CL_SUCCESS;
        context_ = clCreateContext(nullptr, 1, &device_, nullptr, nullptr, &code);
        require(code, "clCreateContext");
        queue_ = queue_with(0);
    }
    ~CallerOpenCl() {
        for (auto* memory : memories_) clReleaseMemObject(memory);
        for (auto* queue : queues_) clReleaseCommandQueue(queue);
        clReleaseContext(context_);
    }
    CallerOpenCl(const CallerOpenCl&) = delete;
    CallerOpenCl& operator=(const CallerOpenCl&) = delete;

    [[nodiscard]] cl_context context() const noexcept { return context_; }
    [[nodiscard]] cl_device_id device() const noexcept { return device_; }
    [[nodiscard]] cl_command_queue queue() const noexcept { return queue_; }

    cl_command_queue queue_with(cl_command_queue_properties properties) {
        cl_int code = CL_SUCCESS;
        queues_.push_back(clCreateCommandQueue(context_, device_, properties, &code));
        require(code, "clCreateCommandQueue");
        return queues_.back();
    }
    cl_mem buffer(std::vector<float> content) {
        return keep(CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, content.size() * sizeof(float), content.data());
    }
    cl_mem host_buffer(void* host, std::size_t size_bytes) {
        return keep(CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR, size_bytes, host);
    }
    cl_mem sub_buffer(cl_mem parent, std::size_t origin_bytes, std::size_t size_bytes) {
        const cl_buffer_region region{.origin = origin_bytes, .size = size_bytes};
        cl_int code = CL_SUCCESS;
        memories_.push_back(clCreateSubBuffer(parent, CL_MEM_READ_WRITE, CL_BUFFER_CREATE_TYPE_REGION, &region, &code));
        require(code, "clCreateSubBuffer");
        return memories_.back();
    }
    void release(cl_mem memory) {
        std::erase(memories_, memory);
        require(clReleaseMemObject(memory), "clReleaseMemObject");
    }
    std::vector<float> content(cl_mem memory, std::size_t elements) {
        std::vector<float> result(elements);
        require(
            clEnqueueReadBuffer(queue_, memory, CL_TRUE, 0, elements * sizeof(float), result.data(), 0, nullptr, nullptr),
            "clEnqueueReadBuffer");
        return result;
    }
    static void require(cl_int code, const char* call) {
        if (code != CL_SUCCESS) throw std::runtime_error(std::string(call) + " returned " + std::to_string(code));
    }

private:
    static cl_device_id find(const std::string& selector) {
        std::size_t wanted = 0;
        std::from_chars(selector.data() + selector.find(':') + 1, selector.data() + selector.size(), wanted);
        cl_uint count = 0;
        require(clGetPlatformIDs(0, nullptr, &count), "clGetPlatformIDs");
        std::vector<cl_platform_id> platforms(count);
        require(clGetPlatformIDs(count, platforms.data(), nullptr), "clGetPlatformIDs");
        std::vector<cl_device_id> devices;
        for (auto* platform : platforms) {
            if (clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, nullptr, &count) != CL_SUCCESS) continue;
            std::vector<cl_device_id> found(count);
            require(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, count, found.data(), nullptr), "clGetDeviceIDs");
            devices.insert(devices.end(), found.begin(), found.end());
        }
        return devices.at(wanted);
    }
    cl_mem keep(cl_mem_flags flags, std::size_t size_bytes, void* host) {
        cl_int code = CL_SUCCESS;
        memories_.push_back(clCreateBuffer(context_, flags, size_bytes, host, &code));
        require(code, "clCreateBuffer");
        return memories_.back();
    }

    cl_device_id device_;
    cl_context context_ = nullptr;
    cl_command_queue queue_ = nullptr;
    std::vector<cl_command_queue> queues_;
    std::vector<cl_mem> memories_;
};

}  // namespace abut::test
