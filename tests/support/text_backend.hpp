// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fail.hpp"
#include "device/backend.hpp"

namespace abut::test {

/// A device that compiles nothing and runs nothing: the binary of a program is its text behind a mark. For what is between
/// kernels and files, and for how often something is compiled.
class TextBackend final : public device::Backend {
public:
    static constexpr std::string_view mark = "built:";

    explicit TextBackend(std::string driver = "1") : driver_(std::move(driver)) {}

    [[nodiscard]] int built() const noexcept { return built_; }
    [[nodiscard]] int loaded() const noexcept { return loaded_; }
    /// Called by each build, with its text.
    std::function<void(const std::string&)> on_build{};
    /// Called by each build as well, with what tells how many kernels are ready.
    std::function<void(const std::function<void(int)>& generated)> while_building{};
    /// Every load from now on is refused.
    bool refuses_binaries = false;

    [[nodiscard]] const DeviceProfile& profile() const override { return profile_; }
    [[nodiscard]] std::string identity() const override { return "api=text\ndevice=paper\ndriver=" + driver_ + "\n"; }
    std::shared_ptr<device::Memory> allocate(std::int64_t) override { refuse(); }
    std::shared_ptr<device::Memory> import(const std::shared_ptr<device::Memory>&) override { refuse(); }
    std::shared_ptr<device::QueueBackend> queue() override { refuse(); }
    std::shared_ptr<device::Module> build(const std::string& source, std::span<const std::string>,
                                          const device::BuildListener& listener) override {
        ++built_;
        if (on_build) on_build(source);
        if (while_building) while_building(listener.generated);
        return std::make_shared<TextModule>(std::string(mark) + source);
    }
    std::shared_ptr<device::Module> load(std::span<const std::byte> binary) override {
        std::string text(reinterpret_cast<const char*>(binary.data()), binary.size());
        if (refuses_binaries || !text.starts_with(mark)) core::fail(ErrorCode::Device, "the driver refuses the binary");
        ++loaded_;
        return std::make_shared<TextModule>(std::move(text));
    }

private:
    class TextModule final : public device::Module {
    public:
        explicit TextModule(std::string text) : text_(std::move(text)) {}
        [[nodiscard]] std::unique_ptr<device::Kernel> kernel(const std::string&) const override { refuse(); }
        [[nodiscard]] std::vector<std::byte> binary() const override {
            const auto bytes = std::as_bytes(std::span(text_));
            return {bytes.begin(), bytes.end()};
        }

    private:
        std::string text_;
    };
    [[noreturn]] static void refuse() { core::fail(ErrorCode::Unsupported, "a device of texts runs nothing"); }

    std::string driver_;
    DeviceProfile profile_{.name = "paper", .selector = "text"};
    int built_ = 0;
    int loaded_ = 0;
};

}  // namespace abut::test
