// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one place that includes OpenCL's C++ header; exceptions and versions are set in CMakeLists.txt.
#include <CL/opencl.hpp>
#include <string>
#include <utility>

#include "abut/device.hpp"  // declares abut::v0::device, which the namespace below is part of
#include "abut/error.hpp"

namespace abut::inline v0::device::opencl {

/// "CL_OUT_OF_RESOURCES"; "error -9999" for a code that OpenCL 3.0 does not name.
std::string code_name(cl_int code);

/// What the library throws for a driver's error: call, code's name, and `doing` (what was being done, on what).
Error driver_error(const cl::Error& error, const std::string& doing);

/// Runs `call`; a driver's error leaves as Error.
template <class Call>
decltype(auto) checked(const char* doing, Call&& call) {
    try {
        return std::forward<Call>(call)();
    } catch (const cl::Error& error) {
        throw driver_error(error, doing);
    }
}

}  // namespace abut::inline v0::device::opencl
