// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onnx/proto_forward.hpp"

namespace abut::onnx {

/// The attributes of a node. A getter throws InvalidArgument where the attribute has another type. What no getter asked for
/// is an error in the end: an attribute that is ignored changes results.
class Attributes {
public:
    explicit Attributes(const proto::NodeProto& node);

    [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t otherwise);
    [[nodiscard]] bool flag(std::string_view name, bool otherwise) { return integer(name, otherwise ? 1 : 0) != 0; }
    [[nodiscard]] float real(std::string_view name, float otherwise);
    [[nodiscard]] std::string text(std::string_view name, std::string_view otherwise);
    [[nodiscard]] std::optional<std::vector<std::int64_t>> integers(std::string_view name);
    [[nodiscard]] std::optional<std::vector<float>> reals(std::string_view name);
    [[nodiscard]] const proto::TensorProto* tensor(std::string_view name);
    [[nodiscard]] const proto::GraphProto* graph(std::string_view name);
    [[nodiscard]] bool has(std::string_view name) const { return found_.contains(name); }
    /// An attribute that changes nothing in inference.
    void ignore(std::string_view name) { (void)find(name); }
    /// Throws Unsupported for an attribute that nothing asked for.
    void require_all_read() const;

private:
    struct Entry {
        const proto::AttributeProto* attribute = nullptr;
        bool read = false;
    };
    const proto::AttributeProto* find(std::string_view name);

    std::map<std::string, Entry, std::less<>> found_;
};

}  // namespace abut::onnx
