# SPDX-License-Identifier: Apache-2.0
"""The checks of this folder must fail where they should. Each case is a small tree with one fault."""
import contextlib
import io
import pathlib
import re
import tempfile
import unittest

import includes
import readme
import style

LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"
OPERATIONS = LICENCE + "using Operation = std::variant<Conv2d, Concat,\n    Copy>;\n"


class Tree(unittest.TestCase):
    def findings(self, check, files):
        """What `check` says of a tree with `files` {path: text} besides a sound one."""
        sound = {
            "include/abut/operations.hpp": OPERATIONS,
            "include/abut/graph.hpp": LICENCE + '#include "abut/operations.hpp"\n',
            "include/abut/device.hpp": LICENCE + "#include <memory>\n",
            "src/plan/planner.hpp": LICENCE + '#include "abut/graph.hpp"\nvoid insert(Copy);\n',
            "src/ops/lower.hpp": LICENCE + '#include "plan/planner.hpp"\n#include <fmt/format.h>\n',
        }
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in {**sound, **files}.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
            return list(check(root))

    def expect(self, check, files, *wanted):
        found = self.findings(check, files)
        self.assertEqual(len(found), len(wanted), found)
        for finding, part in zip(found, wanted):
            self.assertIn(part, finding)


class Includes(Tree):
    def test_sound_tree_is_clean(self):
        self.expect(includes.check, {})

    def test_forbidden_edge(self):
        text = LICENCE + '#include "ops/lower.hpp"\n'
        self.expect(includes.check, {"src/plan/bad.cpp": text}, "src/plan/bad.cpp:2: plan must not include ops")

    def test_forbidden_edge_through_a_public_header(self):
        text = LICENCE + '#include "abut/device.hpp"\n'
        self.expect(includes.check, {"src/graph/bad.cpp": text}, "graph must not include device")

    def test_comment_is_no_include(self):
        self.expect(includes.check, {"src/plan/good.cpp": LICENCE + '// #include "ops/lower.hpp"\n'})

    def test_unknown_layer_and_file(self):
        files = {"src/other/bad.cpp": LICENCE, "src/plan/bad.cpp": LICENCE + '#include "near.hpp"\n'}
        self.expect(includes.check, files, "src/other/bad.cpp: belongs to no layer", "no such file")

    def test_third_party(self):
        files = {"src/ops/bad.cpp": LICENCE + "#include <CL/cl.h>\n", "include/abut/graph.hpp": LICENCE + "#include <fmt/core.h>\n"}
        self.expect(includes.check, files, "a public header must not include", "ops must not include <CL/cl.h>")

    def test_header_that_throws_brings_the_error(self):
        error = {"include/abut/error.hpp": LICENCE}
        throws = LICENCE + '#include "abut/shape.hpp"\n/// Throws InvalidArgument.\nvoid f();\n'
        good = {"include/abut/graph.hpp": throws, "include/abut/shape.hpp": LICENCE + '#include "abut/error.hpp"\n'}
        self.expect(includes.check, {**error, **good})
        bad = {"include/abut/graph.hpp": throws, "include/abut/shape.hpp": LICENCE}
        self.expect(includes.check, {**error, **bad}, "include/abut/graph.hpp: it says what it throws")

    def test_example_sees_public_headers_only(self):
        text = LICENCE + '#include "abut/graph.hpp"\n#include "plan/planner.hpp"\n'
        self.expect(includes.check, {"examples/bad.cpp": text}, "an example must not include")


    def test_architecture_has_the_same_table(self):
        page = (pathlib.Path(__file__).parents[2] / "docs/architecture.md").read_text(encoding="utf-8")
        rows = dict(re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ([^|]*) \|$", page, re.MULTILINE))
        told = {layer: cell for names, cell in rows.items() for layer in re.findall(r"\w+", names)}
        self.assertEqual(told.pop("core"), "nothing of the project")
        self.assertEqual((told.pop("cli"), includes.reachable("cli")), ("all", set(includes.EDGES)))
        for layer, cell in told.items():
            self.assertEqual(cell.split(", "), includes.EDGES[layer], layer)
        self.assertEqual({*told, "core", "cli"}, set(includes.EDGES))


class Style(Tree):
    def test_sound_tree_is_clean(self):
        self.expect(style.check, {})

    def test_lengths(self):
        files = {
            "src/ops/long.cpp": LICENCE + "\n" * 400,
            "src/ops/long.hpp": LICENCE + "\n" * 200,
            "kernels/cpu/long.cl": LICENCE + "\n" * 250,
            "kernels/cpu/fits.cl": LICENCE + "\n" * 249,
        }
        self.expect(style.check, files, "long.cl: 251", "long.cpp: 401", "long.hpp: 201")

    def test_licence_line(self):
        self.expect(style.check, {"src/ops/bare.cpp": "int x;\n"}, "src/ops/bare.cpp: the first line")
        self.expect(style.check, {"scripts/bare": "#!/bin/sh\n"}, "scripts/bare: the first line")

    def test_environment_only_in_core(self):
        text = LICENCE + 'auto x = std::getenv("HOME");  // getenv\n'
        self.expect(style.check, {"src/jit/bad.cpp": text, "src/core/good.cpp": text}, "src/jit/bad.cpp:2")

    def test_printing_only_in_cli(self):
        text = LICENCE + 'void f() { std::cerr << "std::cout"; }\n'
        self.expect(style.check, {"src/jit/bad.cpp": text, "src/cli/good.cpp": text}, "src/jit/bad.cpp:2")

    def test_operators_in_plan(self):
        text = LICENCE + "bool f(const Operation& o) { return holds<Concat>(o); }  // Conv2d\n"
        self.expect(style.check, {"src/plan/bad.cpp": text, "src/ops/good.cpp": text}, "src/plan/bad.cpp:2")

    def test_macro_in_public_header(self):
        self.expect(style.check, {"include/abut/graph.hpp": LICENCE + "#define MAX 3\n"}, "MAX")


class Readme(Tree):
    def test_code_stands_in_an_example(self):
        files = {"examples/good.cpp": LICENCE + "int main() {\n    auto a = 1;\n    // more\n    auto b = 2;\n}\n"}
        page = "# Page\n```cpp\nauto a = {};\nauto b = 2;\n```\n[link](examples/good.cpp) [away](https://example.org)\n"
        self.expect(readme.check, {**files, "README.md": page.format(1)})
        self.expect(readme.check, {**files, "README.md": page.format(3)}, "README.md:2: this code")

    def test_links_lead_somewhere(self):
        self.expect(readme.check, {"README.md": "[a](docs/b.md)\n", "docs/a.md": "[b](../README.md) [c](c.svg)\n"},
                    "README.md: no such file: docs/b.md", "docs/a.md: no such file: c.svg")


class ExitCode(unittest.TestCase):
    def test_findings_mean_failure(self):
        for found, wanted in ([], 0), (["x"], 1):
            with self.assertRaises(SystemExit) as stopped, contextlib.redirect_stdout(io.StringIO()):
                includes.tree.main(lambda root, found=found: found)
            self.assertEqual(stopped.exception.code, wanted)


if __name__ == "__main__":
    unittest.main(argv=["controls"])
