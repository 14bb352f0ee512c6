# SPDX-License-Identifier: Apache-2.0
"""The judgements of program.py and the files of this folder must fail where they should."""
import pathlib
import stat
import tempfile
import unittest

import models
import npy_file
import onnx_file
import page_file
import program
from program import Result

ERROR = b"abut: model.onnx: no such file\n"
# Stands for the command line: says ERROR, but leaves a file behind.
LITTERING = "#!/bin/sh\nif [ \"$1\" = litter ]; then : >half-written; fi\necho 'abut: model.onnx: no such file' >&2\nexit 3\n"
CRASHING = "#!/bin/sh\nkill -SEGV $$\n"


class Ends(unittest.TestCase):
    def expect(self, result, *wanted):
        found = list(program.findings_of_end(result))
        self.assertEqual(len(found), len(wanted), found)
        for finding, part in zip(found, wanted):
            self.assertIn(part, finding)

    def test_sound(self):
        self.expect(Result(0, "done\n", b""))
        self.expect(Result(0, "done\n", b"abut: note: axis 0 is open\n"))
        self.expect(Result(1, "wrong  case\n", b""))
        self.expect(Result(3, "", b"abut: note: x\n" + ERROR))

    def test_code(self):
        for code in (-11, 4, 134):
            self.expect(Result(code, "", ERROR), f"exit code {code}")
        self.expect(Result(0, "", ERROR), "exit code 0 with 1 errors")
        self.expect(Result(2, "", b""), "exit code 2 with 0 errors")
        self.expect(Result(1, "", b""), "exit code 1 with 0 errors")

    def test_lines(self):
        self.expect(Result(3, "", ERROR * 2), "one printable line")
        self.expect(Result(3, "", b"26 warnings generated.\n" + ERROR), "one printable line")
        self.expect(Result(3, "", b"terminate called\n"), "one printable line")
        self.expect(Result(3, "", ERROR[:-1]), "line's end", "0 errors")

    def test_text(self):
        for garbage in (b"\x1b[31m", b"\x07", "\u009b".encode(), "\u2028".encode()):
            self.expect(Result(3, "", b"abut: " + garbage + b"\n"), "one printable line")
        self.expect(Result(3, "", b"abut: \xff\n"), "no text")

    def test_time(self):
        self.expect(Result(3, "", ERROR, program.SECONDS), "it took")


class Errors(unittest.TestCase):
    def expect(self, result, wanted):
        found = list(program.findings_of_error(result, 3, ["model.onnx", "no such file"]))
        self.assertEqual(len(found), 1, found)
        self.assertIn(wanted, found[0])

    def test_sound(self):
        self.assertEqual(list(program.findings_of_error(Result(3, "", ERROR), 3, ["model.onnx"])), [])

    def test_faults(self):
        self.expect(Result(1, "", ERROR), "exit code 1, not 3")
        self.expect(Result(3, "half a table", ERROR), "stdout")
        self.expect(Result(3, "", b"abut: no such file\n"), "'model.onnx' is not named")


class Reports(unittest.TestCase):
    WANTED = {"schema": "abut.plan/1", "steps": int, "list": [{"name": str}]}

    def expect(self, report, *wanted):
        found = list(program.findings_of_report(report, self.WANTED))
        self.assertEqual(len(found), len(wanted), found)
        for finding, part in zip(found, wanted):
            self.assertIn(part, finding)

    def test_sound(self):
        self.expect({"schema": "abut.plan/1", "steps": 1, "list": [{"name": "a"}], "more": 1})

    def test_faults(self):
        self.expect({}, "schema", "steps", "list")
        self.expect({"schema": "abut.run/1", "steps": True, "list": []}, "abut.run/1", "steps", "no list")
        self.expect({"schema": "abut.plan/1", "steps": "1", "list": [{"name": "a"}, {}]}, "steps", "list[1] lacks name")
        self.expect([], "schema", "steps", "list")


class Calls(program.CommandLine):
    def stand_in(self, text):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.program = pathlib.Path(folder.name) / "abut"
        self.cache = self.program.parent
        self.program.write_text(text, encoding="utf-8")
        self.program.chmod(stat.S_IRWXU)

    def test_files_left_behind(self):
        self.stand_in(LITTERING)
        self.refuse(3, ["model.onnx"], "tidy")
        with self.assertRaisesRegex(AssertionError, "files changed"):
            self.refuse(3, ["model.onnx"], "litter")

    def test_files_that_change(self):
        self.stand_in("#!/bin/sh\necho x >>model.onnx\necho 'abut: error' >&2\nexit 3\n")
        self.write("model.onnx", b"model")
        with self.assertRaisesRegex(AssertionError, "files changed"):
            self.refuse(3, [], "run")

    def test_signals(self):
        self.stand_in(CRASHING)
        for check in (lambda: self.refuse(3, [], "run"), lambda: self.succeed("run"), lambda: self.report({}, "run")):
            with self.assertRaisesRegex(AssertionError, "exit code -11"):
                check()

    def test_schema_comes_first(self):
        self.stand_in("""#!/bin/sh\nif [ "$1" = good ]; then echo '{"schema": "s", "a": 1}'; else echo '{"a": 1, "schema": "s"}'; fi\n""")
        self.report({"schema": "s"}, "good")
        with self.assertRaisesRegex(AssertionError, "schema"):
            self.report({"schema": "s"}, "bad")


class Pages(unittest.TestCase):
    DATA = '{"name": "\\u003c/script>"}'
    PAGE = ('<!DOCTYPE html><html lang="en"><head><title>T</title><style>p{}</style></head><body><p>x</p>'
            '<script type="application/json" id="data">DATA</script><script>start();</script></body></html>')

    def expect(self, page, *wanted):
        found = list(page_file.findings_of_page(page))
        self.assertEqual(len(found), len(wanted), found)
        for finding, part in zip(found, wanted):
            self.assertIn(part, finding)

    def test_sound(self):
        page = self.PAGE.replace("DATA", self.DATA)
        self.expect(page)
        self.assertEqual(page_file.data_of(page), {"name": "</script>"})
        self.assertEqual(page_file.frame_of(page), page_file.frame_of(page.replace("T</title>", "Other</title>").replace(self.DATA, "{}")))

    def test_names_that_leave_the_data(self):
        self.expect(self.PAGE.replace("DATA", '{"name": "</script><script>alert(1)</script>"}'), *["closes what"] * 3, "scripts")
        self.expect(self.PAGE.replace("DATA", '{"name": "<!--"}'), "has a '<'")
        self.expect(self.PAGE.replace("DATA", '{"name": "a" b"}'), "no JSON")
        self.assertNotEqual(page_file.frame_of(self.PAGE.replace("DATA", "</script><b>")), page_file.frame_of(self.PAGE))

    def test_faults(self):
        page = self.PAGE.replace("DATA", self.DATA)
        self.expect(page.replace("<p>", "<p><b>"), "closes what", "closes what", "closes what", "not closed")
        self.expect(page.replace("<p>", '<p><a href="x">x</a>'), "<a> loads x")
        self.expect(page.replace("<p>", '<p onclick="x()">'), "has onclick")
        self.expect(page.replace("start();", 'fetch("x");'), "fetch(")
        self.expect(page.replace("p{}", "p{background:url(x)}"), "url(")

    def test_sums(self):
        plan = {"concat": "slices", "totals": {"copied_bytes": 8, "conversion_bytes": 0},
                "roots": [{"first_step": 0, "last_step": 2}], "steps": [{}, {"moves": "copy", "bytes": 8}],
                "placements": [{"root": 0, "strip": [0, 0.5], "first_step": 0, "last_step": 1}]}
        self.assertEqual(list(page_file.findings_of_data({"plans": [plan]})), [])
        faults = ({"totals": {"copied_bytes": 9, "conversion_bytes": 0}}, {"steps": []}, {"roots": [{"first_step": 0, "last_step": 0}]},
                  {"placements": [{**plan["placements"][0], "strip": [0.5, 0.5]}]})
        for fault in faults:
            self.assertEqual(len(list(page_file.findings_of_data({"plans": [{**plan, **fault}]}))), 1, fault)


class Files(unittest.TestCase):
    def test_metadata(self):
        """Twice the same key is two entries; what is no message is no metadata."""
        entry = onnx_file.message((14, onnx_file.message((1, "k"), (2, "v"))))
        self.assertEqual(onnx_file.metadata(models.sound() + entry + entry), [("k", "v")] * 2)
        self.assertEqual(onnx_file.metadata(models.sound()), [])
        with self.assertRaises((ValueError, IndexError)):
            onnx_file.metadata(b"\xff" * 3)

    def test_npy(self):
        sound = npy_file.encoded((2, 3), range(6))
        self.assertEqual(npy_file.decoded(sound), ((2, 3), [0, 1, 2, 3, 4, 5]))
        for damaged in (b"", sound[1:], sound[:-1], sound + b"\0", sound.replace(b"False", b"True "), sound.replace(b"(2, 3)", b"(2, 4)")):
            with self.assertRaises(ValueError):
                npy_file.decoded(damaged)

    def test_expected_values(self):
        """The convolution and the activation of one pixel, by hand."""
        x = [0.0] * 75
        x[0], x[25], x[50] = -1.0, 2.0, 4.0
        y = models.expected(x)
        self.assertEqual((len(y), y[0], y[25], y[50], y[75], y[100]), (125, 0, 2, 4, -1.5, -2))


if __name__ == "__main__":
    unittest.main(argv=["controls"])
