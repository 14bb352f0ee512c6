// SPDX-License-Identifier: Apache-2.0
#include "cli/npy_header.hpp"

#include <charconv>

#include "core/fail.hpp"

namespace abut::cli {

namespace {

constexpr std::string_view magic = "\x93NUMPY";

[[noreturn]] void fail_format(std::string_view what) {
    core::fail(ErrorCode::IO, "not an .npy file: {}", what);
}

std::size_t little_endian(std::string_view bytes) {
    std::size_t number = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) number = number << 8U | static_cast<unsigned char>(bytes[i]);
    return number;
}

/// Reads the header's text, a Python dictionary of one string, one boolean and one tuple of integers.
class DictionaryReader {
public:
    explicit DictionaryReader(std::string_view text) : rest_(text) {}

    NpyHeader read() {
        NpyHeader header;
        unsigned seen = 0;
        expect('{');
        while (!accept('}')) {
            const std::string key = read_string();
            expect(':');
            if (key == "descr") {
                header.descriptor = read_string();
                seen |= 1U;
            } else if (key == "fortran_order") {
                header.fortran_order = read_boolean();
                seen |= 2U;
            } else if (key == "shape") {
                header.shape = read_tuple();
                seen |= 4U;
            } else {
                fail_format("its header has a key that is not known");
            }
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        if (seen != 7U) fail_format("its header lacks descr, fortran_order or shape");
        return header;
    }

private:
    void skip_space() {
        while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) rest_.remove_prefix(1);
    }
    bool accept(char character) {
        skip_space();
        if (rest_.empty() || rest_.front() != character) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(char character) {
        if (!accept(character)) fail_format("its header is no dictionary as NumPy writes it");
    }
    std::string read_string() {
        skip_space();
        const char quote = rest_.empty() ? '\0' : rest_.front();
        const auto end = quote == '\'' || quote == '"' ? rest_.find(quote, 1) : std::string_view::npos;
        if (end == std::string_view::npos) fail_format("its elements are no plain numbers");
        std::string text(rest_.substr(1, end - 1));
        rest_.remove_prefix(end + 1);
        return text;
    }
    bool read_boolean() {
        skip_space();
        for (const auto& [word, value] : {std::pair<std::string_view, bool>{"True", true}, {"False", false}}) {
            if (!rest_.starts_with(word)) continue;
            rest_.remove_prefix(word.size());
            return value;
        }
        fail_format("its header's fortran_order is neither True nor False");
    }
    Shape read_tuple() {
        Shape shape;
        expect('(');
        while (!accept(')')) {
            std::int64_t extent = -1;
            skip_space();
            const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), extent);
            if (error != std::errc{} || extent < 0) fail_format("its header's shape is no tuple of extents");
            if (shape.rank() == Dims::max_rank) fail_format(fmt::format("it has more than {} axes", Dims::max_rank));
            rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
            shape.push_back(extent);
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return shape;
    }

    std::string_view rest_;
};

}  // namespace

NpyHeader parse_npy_header(std::string_view bytes) {
    constexpr std::size_t version_at = magic.size();
    constexpr std::size_t length_at = version_at + 2;
    if (!bytes.starts_with(magic) || bytes.size() < length_at + 4) fail_format("it does not begin as one");
    const int version = static_cast<unsigned char>(bytes[version_at]);
    if (version < 1 || version > 3) fail_format(fmt::format("its version is {}; 1 to 3 are known", version));
    const std::size_t length_bytes = version == 1 ? 2 : 4;
    const std::size_t length = little_endian(bytes.substr(length_at, length_bytes));
    const std::size_t text_at = length_at + length_bytes;
    if (length > bytes.size() - text_at) fail_format("it ends within its header");
    NpyHeader header = DictionaryReader(bytes.substr(text_at, length)).read();
    header.size_bytes = text_at + length;
    return header;
}

}  // namespace abut::cli
