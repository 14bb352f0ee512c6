// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// How files of the kernel cache are written: numbers of 8 bytes, little-endian, and text behind its size.
namespace abut::jit {

inline constexpr std::size_t number_bytes = sizeof(std::uint64_t);
inline constexpr std::size_t checksum_bytes = 2 * number_bytes;

class ByteWriter {
public:
    void number(std::uint64_t value);
    void raw(std::span<const std::byte> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
    void raw(std::string_view text) { raw(std::as_bytes(std::span(text))); }
    void text(std::string_view value);
    /// XXH3-128 of all that was written so far.
    void checksum();
    [[nodiscard]] std::vector<std::byte>& bytes() noexcept { return bytes_; }

private:
    std::vector<std::byte> bytes_;
};

/// Reads what ByteWriter wrote; once anything is missing, every result is empty and failed() holds.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}
    std::span<const std::byte> raw(std::uint64_t size);
    std::uint64_t number();
    std::string text();
    /// Whether these bytes are next; goes on behind as many.
    bool has(std::string_view bytes);
    /// How many items follow, of which each takes at least one number.
    std::uint64_t count();
    [[nodiscard]] bool failed() const noexcept { return failed_; }
    [[nodiscard]] bool at_end() const noexcept { return bytes_.empty(); }

private:
    std::span<const std::byte> bytes_;
    bool failed_ = false;
};

/// Whether `file` ends with the checksum of what stands before it.
bool checksum_holds(std::span<const std::byte> file);

}  // namespace abut::jit
