// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <vector>

#include "cli/raw_options.hpp"

/// What tables of commands are made of.
namespace abut::cli {

/// A command: what it adds to the parser, and what it makes of the options in the end.
struct Command {
    const char* name;
    const char* help;
    void (*add)(CLI::App&, RawOptions&);
    CommandOptions (*options)(const RawOptions&);
};

/// The commands of `abut cache`, and of `abut cache quarantine`.
std::span<const Command> cache_commands();
std::span<const Command> quarantine_commands();

// Options that several commands take.
void add_model(CLI::App& app, RawOptions& raw);
void add_shapes(CLI::App& app, RawOptions& raw);
void add_concat(CLI::App& app, RawOptions& raw, const std::vector<std::string>& names);
void add_memory_limit(CLI::App& app, RawOptions& raw);
void add_place(CLI::App& app, RawOptions& raw);
void add_cost_model(CLI::App& app, RawOptions& raw);
void add_winograd(CLI::App& app, RawOptions& raw);
void add_variant_budget(CLI::App& app, RawOptions& raw);
void add_tolerance(CLI::App& app, RawOptions& raw);

/// A check for CLI11: text that is not empty.
std::string require_text(const std::string& text);

}  // namespace abut::cli
