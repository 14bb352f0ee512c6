// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What keys of the kernel cache are made of: named values as text, one "name=value" a line.
namespace abut::jit {

struct Field {
    std::string name;
    std::string value;
    bool operator==(const Field&) const = default;
};

/// Appends one line. Different lists of fields have different texts: what could be taken for the end of a name or of a line
/// is written as '\' and a letter.
void add_field(std::string_view name, std::string_view value, std::string& document);

/// The fields in their order. Lines without '=', which add_field does not write, are names without a value.
std::vector<Field> fields_of(std::string_view document);

/// The value of the first field of that name; empty where there is none.
std::string field_value(std::string_view document, std::string_view name);

}  // namespace abut::jit
