// SPDX-License-Identifier: Apache-2.0
#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "abut/error.hpp"
#include "cli/commands.hpp"
#include "cli/parse_options.hpp"
#include "cli/print.hpp"
#include "cli/usage_error.hpp"
#include "core/printable.hpp"

namespace {

using namespace abut;

/// Weights that were packed go back to the system at once. glibc would raise the threshold with the first large block that
/// is freed, and then keep them (mallopt(3), M_MMAP_THRESHOLD).
void keep_little_free_memory() {
#ifdef __GLIBC__
    constexpr int threshold_bytes = 128 << 10;
    mallopt(M_MMAP_THRESHOLD, threshold_bytes);
#endif
}

/// One line; what was given may be of any length.
void complain(std::string_view kind, std::string_view text) {
    constexpr std::size_t most_bytes = 2000;
    const bool is_long = text.size() > most_bytes;
    const auto line = fmt::format("abut: {}{}{}\n", kind, core::one_line(text.substr(0, most_bytes)), is_long ? "..." : "");
    std::fputs(line.c_str(), stderr);
}

int fail(std::string_view text, int code) {
    complain("", text);
    return code;
}

int execute(const cli::Options& options) {
    cli::Context context(options.common);
    const int code = std::visit([&](const auto& command) { return cli::execute(command, context); }, options.command);
    for (const std::string& note : context.notes()) complain("note: ", note);
    return code;
}

int run(int argument_count, const char* const* arguments) {
    const auto parsed = cli::parse_options(argument_count, arguments);
    if (const auto* help = std::get_if<cli::HelpText>(&parsed)) {
        cli::print(help->text.substr(0, help->text.find_last_not_of('\n') + 1));
        return cli::exit_done;
    }
    return execute(std::get<cli::Options>(parsed));
}

}  // namespace

int main(int argument_count, char** arguments) {
    keep_little_free_memory();
    try {
        return run(argument_count, arguments);
    } catch (const cli::UsageError& error) {
        return fail(error.what(), cli::exit_usage);
    } catch (const Error& error) {
        return fail(error.what(), error.code() == ErrorCode::IO ? cli::exit_io : cli::exit_findings);
    } catch (const std::bad_alloc&) {
        return fail("not enough host memory", cli::exit_findings);
    } catch (const std::exception& error) {
        return fail(error.what(), cli::exit_findings);
    }
}
