// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "support/forwarding_backend.hpp"

namespace abut::test {

/// A backend that counts what is built and loaded.
class CountingBackend final : public ForwardingBackend {
public:
    using ForwardingBackend::ForwardingBackend;

    [[nodiscard]] int programs() const { return programs_; }

    std::shared_ptr<device::Module> build(const std::string& source, std::span<const std::string> kernels,
                                          const device::BuildListener& listener) override {
        ++programs_;
        return ForwardingBackend::build(source, kernels, listener);
    }
    std::shared_ptr<device::Module> load(std::span<const std::byte> binary) override {
        ++programs_;
        return ForwardingBackend::load(binary);
    }

private:
    std::atomic<int> programs_ = 0;
};

}  // namespace abut::test
