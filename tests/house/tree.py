# SPDX-License-Identifier: Apache-2.0
"""Files of the project's tree, for the checks beside this one."""
import pathlib
import re
import sys

CPP = {".cpp", ".hpp"}
KERNELS = {".cl", ".cu", ".cuh"}
_COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', re.DOTALL)


def files(root, folders, suffixes):
    """Paths below `folders` of `root` with one of `suffixes`, relative to `root`, sorted."""
    found = []
    for folder in folders:
        found += [path.relative_to(root) for path in (root / folder).rglob("*") if path.suffix in suffixes and path.is_file()]
    return sorted(found)


def lines(root, path):
    return (root / path).read_text(encoding="utf-8").splitlines()


def code(text, keep_strings=False):
    """`text` without comments (and strings), line numbers unchanged."""

    def blank(match):
        found = match.group(0)
        is_comment = found.startswith(("//", "/*"))
        return found if keep_strings and not is_comment else re.sub(r"[^\n]", " ", found)

    return _COMMENT_OR_STRING.sub(blank, text)


def matches(root, path, pattern, keep_strings=False):
    """(line number, match) of every match of `pattern` in the code of `path`."""
    text = code((root / path).read_text(encoding="utf-8"), keep_strings)
    for match in re.finditer(pattern, text):
        yield text.count("\n", 0, match.start()) + 1, match


def main(check):
    """Runs check(root) -> findings; the exit code says whether there are any."""
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    findings = check(root)
    for finding in findings:
        print(finding)
    sys.exit(1 if findings else 0)
