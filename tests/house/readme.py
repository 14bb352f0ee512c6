# SPDX-License-Identifier: Apache-2.0
"""Fails if C++ in README.md isn't what examples/ compiles, or a link of the pages leads nowhere. usage: readme.py [ROOT]

The lines of a block stand in one example in the same order; what lies between them there is left out of the page."""
import re

import tree


def blocks(text):
    """(line number, lines) of each fenced block of C++."""
    for match in re.finditer(r"^```cpp\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        lines = [line.strip() for line in match.group(1).splitlines()]
        yield text.count("\n", 0, match.start()) + 1, [line for line in lines if line]


def stands_in(lines, example):
    rest = iter([line.strip() for line in example])
    return all(line in rest for line in lines)


def unknown_code(root):
    examples = [tree.lines(root, path) for path in tree.files(root, ["examples"], tree.CPP)]
    for number, lines in blocks((root / "README.md").read_text(encoding="utf-8")):
        if not any(stands_in(lines, example) for example in examples):
            yield f"README.md:{number}: this code stands in no file of examples/"


def broken_links(root):
    for page in [root / "README.md", *sorted((root / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                yield f"{page.relative_to(root)}: no such file: {target}"


def check(root):
    return [*unknown_code(root), *broken_links(root)]


if __name__ == "__main__":
    tree.main(check)
