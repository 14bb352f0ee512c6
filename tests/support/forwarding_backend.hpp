// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>

#include "device/backend.hpp"

namespace abut::test {

/// Another backend, call by call. What watches or changes some calls derives from it.
class ForwardingBackend : public device::Backend {
public:
    explicit ForwardingBackend(std::shared_ptr<device::Backend> inner) : inner_(std::move(inner)) {}

    [[nodiscard]] const DeviceProfile& profile() const override { return inner_->profile(); }
    [[nodiscard]] std::string identity() const override { return inner_->identity(); }
    [[nodiscard]] device::SourceLanguage language() const override { return inner_->language(); }
    std::shared_ptr<device::Memory> allocate(std::int64_t bytes) override { return inner_->allocate(bytes); }
    std::shared_ptr<device::Memory> import(const std::shared_ptr<device::Memory>& memory) override {
        return inner_->import(memory);
    }
    std::shared_ptr<device::Module> build(const std::string& source, std::span<const std::string> kernels,
                                          const device::BuildListener& listener) override {
        return inner_->build(source, kernels, listener);
    }
    std::shared_ptr<device::Module> load(std::span<const std::byte> binary) override { return inner_->load(binary); }
    std::shared_ptr<device::QueueBackend> queue() override { return inner_->queue(); }
    std::unique_ptr<device::LaunchGraph> graph(std::span<const device::GraphNode> nodes) override {
        return inner_->graph(nodes);
    }

private:
    std::shared_ptr<device::Backend> inner_;
};

}  // namespace abut::test
