// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "support/temporary_directory.hpp"

namespace abut::test {

/// A compiler of OpenCL C for the processor that this runs on, without any driver of OpenCL: Debian's clang-14. Immutable,
/// thread-safe.
class HostCompiler {
public:
    /// Throws Unsupported, with what to install, where there is none.
    HostCompiler();
    /// A shared object that defines each kernel of `source` under its name, and enter_group(group), which says what
    /// get_group_id(0) gives in this thread. Throws Compiler with the log.
    [[nodiscard]] std::vector<std::byte> compile(const std::string& source) const;
    /// All that its results depend on, one "name=value" a line.
    [[nodiscard]] const std::string& identity() const noexcept { return identity_; }

private:
    std::string identity_;
    TemporaryDirectory folder_;  ///< has the functions that each program is linked with
};

}  // namespace abut::test
