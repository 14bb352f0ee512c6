// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace abut::inline v0 {

/// Which of the folders of kernels/ serves a device.
enum class KernelFamily : std::uint8_t {
    Cpu,  ///< explicit vectors, one work-item a group
    Gpu,  ///< work-groups that share local memory
};

/// Plain facts of a device that planning and kernel choice read.
struct DeviceProfile {
    std::string name;
    std::string selector;  ///< "opencl:0"
    bool is_cpu = true;
    KernelFamily kernels = KernelFamily::Cpu;
    bool shares_host_memory = true;  ///< the caller's host memory can be used in place
    int compute_units = 1;
    int vector_bytes = 64;                      ///< widest register that arithmetic uses
    int vector_registers = 32;                  ///< how many there are
    std::int64_t buffer_alignment_bytes = 128;  ///< of every buffer's first byte
    std::int64_t memory_bytes = 0;
    std::int64_t max_allocation_bytes = 0;
};

}  // namespace abut::inline v0
