# SPDX-License-Identifier: Apache-2.0
"""Fails on what the rules of the house forbid in the text of the tree. usage: style.py [ROOT]"""
import re

import tree

FOLDERS = ["include", "src", "kernels", "tests", "bench", "examples", "cmake", "scripts"]
SCRIPTS = {".py", ".sh", ".cmake", ".txt", ""}


def sources(root):
    return tree.files(root, FOLDERS, tree.CPP | tree.KERNELS | {".py"})


def line_limit(path):
    if path.suffix in tree.KERNELS and path.parts[0] == "kernels":
        return 250
    return 200 if path.suffix == ".hpp" else 400


def too_long(root):
    for path in sources(root):
        count = len(tree.lines(root, path))
        if count > line_limit(path):
            yield f"{path}: {count} lines, over {line_limit(path)}"


def without_licence(root):
    lists = [path for path in tree.files(root, FOLDERS, {".txt"}) if path.name == "CMakeLists.txt"]
    for path in {*sources(root), *tree.files(root, ["cmake", "scripts"], SCRIPTS), *lists}:
        head = tree.lines(root, path)[:2]
        if head and head[0].startswith("#!"):
            head = head[1:]
        if not head or "SPDX-License-Identifier: Apache-2.0" not in head[0]:
            yield f"{path}: the first line must be the SPDX line"


def forbidden_words(root):
    """(what is forbidden, where it may stand, pattern)"""
    rules = [
        ("the environment is read in src/core only", ("src/core/",), r"\b(?:secure_)?getenv\b|\benviron\b"),
        ("only the command line prints", ("src/cli/",), r"\bstd::(?:cout|cerr|clog)\b|\b(?:std::)?f?printf\s*\(|\bfmt::print\b|\bputs\s*\("),
    ]
    for path in tree.files(root, ["src", "include"], tree.CPP):
        for what, allowed, pattern in rules:
            if not str(path).startswith(allowed):
                for line, match in tree.matches(root, path, pattern):
                    yield f"{path}:{line}: {what}: {match.group(0)}"


def left_behind(root):
    for path in sources(root):
        if path.parts[:2] == ("tests", "house"):
            continue
        for number, line in enumerate(tree.lines(root, path), 1):
            if re.search(r"\b(?:TODO|FIXME|XXX|HACK)\b", line):
                yield f"{path}:{number}: left behind: {line.strip()}"


def public_macros(root):
    for path in tree.files(root, ["include"], tree.CPP):
        for line, match in tree.matches(root, path, r"(?m)^[ \t]*#[ \t]*define[ \t]+(\w+)"):
            if match.group(1) != "ABUT_API":
                yield f"{path}:{line}: a macro in a public header: {match.group(1)}"


def operation_names(root):
    """The alternatives of `Operation`; planning itself inserts copies, so Copy is not among them."""
    text = tree.code((root / "include/abut/operations.hpp").read_text(encoding="utf-8"))
    alternatives = re.search(r"using Operation = std::variant<([^>]*)>", text)
    return [name.strip() for name in alternatives.group(1).split(",") if name.strip() != "Copy"]


def operators_in_plan(root):
    """Planning asks through OpTraits; it must not know an operator."""
    pattern = r"\b(?:" + "|".join(operation_names(root)) + r")\b"
    for path in tree.files(root, ["src/plan"], tree.CPP):
        for line, match in tree.matches(root, path, pattern):
            yield f"{path}:{line}: an operator's name in plan: {match.group(0)}"


RULES = [too_long, without_licence, forbidden_words, left_behind, public_macros, operators_in_plan]


def check(root):
    return sorted(finding for rule in RULES for finding in rule(root))


if __name__ == "__main__":
    tree.main(check)
