# SPDX-License-Identifier: Apache-2.0
"""abut plan --html: the page is whole, safe whatever a model's names are, and its data is the plan."""
import models
import page_file
import program
from onnx_file import node, tensor, value

SMALL = "zoo:densenet-bc:depth=10,growth=4,size=8"
HOSTILE = ["</script><script>alert(1)</script>", "<!--<script>", "\"'&lt;`${x}", "</title><b>", "]]>\u2028\n", "@script@"]


def hostile_model():
    """Each name is a convolution's result, and all are joined under one more."""
    convolutions = [node("Conv", ["x", "w"], [name], name, kernel_shape=[1, 1]) for name in HOSTILE]
    joined = node("Concat", HOSTILE, ["</script>"], "</style>", axis=1)
    return models.sound(nodes=[*convolutions, joined], outputs=[value("</script>")],
                        constants=[tensor("w", (2, models.CHANNELS, 1, 1), models.WEIGHTS)])


class Page(program.CommandLine):
    def setUp(self):
        super().setUp()
        self.write("model.onnx", models.sound())

    def page(self, model, *options):
        self.succeed("plan", model, "--html", "page.html", *options)
        text = (self.folder / "page.html").read_bytes().decode("utf-8")
        self.no_findings(page_file.findings_of_page(text), model)
        data = page_file.data_of(text)
        self.assertEqual(data["schema"], "abut.plan_map/1")
        self.no_findings(page_file.findings_of_data(data), model)
        return text, data

    def test_data_is_the_plan(self):
        _, data = self.page("model.onnx")
        report = self.report({}, "plan", "model.onnx")
        slices, copies = data["plans"]
        for field, wanted in (("arena_bytes", report["arena_bytes"]), ("copied_bytes", report["copied_bytes"])):
            self.assertEqual(slices["totals"][field], wanted)
            self.assertEqual(copies["totals"][field], report["copies"][field])
        name = [entry["name"] for entry in data["values"]]
        placed = {name[p["value"]]: p for p in slices["placements"]}
        for entry in report["placements"]:
            if report["roots"][entry["root"]]["kind"] != "constant":
                for field in ("root", "offset_bytes", "strides_bytes"):
                    self.assertEqual(placed[entry["value"]][field], entry[field])
        parts = models.CHANNELS / (models.CHANNELS + 2)
        self.assertEqual((placed["wide"]["strip"], placed["narrow"]["strip"]), ([0, parts], [parts, 1]))
        self.assertEqual({step.get("moves") for step in copies["steps"]} - {None}, {"copy"})

    def test_strips_of_a_concat_lie_side_by_side(self):
        _, data = self.page(SMALL)
        for plan in data["plans"]:
            strips = {p["value"]: (p["root"], *p["strip"]) for p in plan["placements"]}
            for concat, operands in zip(data["concats"], plan["decisions"]):
                placed = [operand["value"] for operand in operands if operand["how"] != "copy"]
                found = sorted(strips[v] for v in placed)
                self.assertTrue(all(a[2] <= b[1] + 1e-9 for a, b in zip(found, found[1:])), found)
                whole = strips[concat["result"]]
                self.assertTrue(all(whole[0] == s[0] and whole[1] <= s[1] and s[2] <= whole[2] + 1e-9 for s in found), found)

    def test_hostile_names(self):
        """Nothing of the page depends on names but its title and data, and those hold them as text."""
        self.write("</title><script>x&'\".onnx".replace("/", "_"), hostile_model())
        plain, _ = self.page("model.onnx")
        text, data = self.page("<_title><script>x&'\".onnx")
        self.assertEqual(page_file.frame_of(text), page_file.frame_of(plain))
        self.assertIn("<title>Plan of &lt;_title&gt;&lt;script&gt;x&amp;'\".onnx</title>", text)
        self.assertLessEqual({*HOSTILE, "</script>"}, {entry["name"] for entry in data["values"]})

    def test_names_that_are_no_text(self):
        self.write("odd.onnx", models.sound(nodes=[node("Relu", ["x"], [b"\xff\xfe"], "relu")], outputs=[value(b"\xff\xfe")]))
        _, data = self.page("odd.onnx")
        self.assertIn("\ufffd\ufffd", {entry["name"] for entry in data["values"]})

    def test_model_without_concat(self):
        self.write("one.onnx", models.sound(nodes=[node("Relu", ["x"], ["y"])], outputs=[value("y")], constants=[]))
        _, data = self.page("one.onnx")
        self.assertEqual(data["concats"], [])

    def test_same_page_again(self):
        first, _ = self.page(SMALL)
        self.assertEqual(self.page(SMALL)[0], first)
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"model.onnx", "page.html"})

    def test_with_json(self):
        report = self.report({"schema": "abut.plan/1"}, "plan", "model.onnx", "--html", "page.html")
        again = self.report({}, "plan", "model.onnx")
        for times in (report, again):
            del times["passes_ms"], times["plan_ms"]
        self.assertEqual(report, again)
        self.assertTrue((self.folder / "page.html").is_file())


class Places(program.CommandLine):
    def setUp(self):
        super().setUp()
        self.write("model.onnx", models.sound())
        (self.folder / "folder").mkdir()

    def test_places_that_can_not_be_written(self):
        for place in ("model.onnx/a", "nowhere/a", "folder", "/dev/null", "/proc/a", "n" * 5000):
            self.refuse(3, [place[:100]], "plan", "model.onnx", "--html", place)
            self.refuse(3, [place[:100]], "plan", "model.onnx", "--annotate", place)
            self.refuse(3, [place[:100]], "plan", "model.onnx", "--html", "good.html", "--annotate", place)

    def test_place_is_looked_at_first(self):
        self.refuse(3, ["nowhere/a"], "plan", "missing.onnx", "--html", "nowhere/a")

    def test_places_that_make_no_sense(self):
        for option in ("--html", "--annotate"):
            self.refuse(2, [option, "nothing"], "plan", "model.onnx", option, "")
        self.refuse(2, ["--html", "model.onnx"], "plan", "model.onnx", "--html", "folder/../model.onnx")
        self.refuse(2, ["--html", "--annotate"], "plan", "model.onnx", "--html", "a", "--annotate", "folder/../a")

    def test_standard_output_is_no_file(self):
        self.refuse(2, ["--html -", "a file"], "plan", SMALL, "--html", "-")
        self.assertFalse((self.folder / "-").exists())

    def test_bad_model_leaves_files_as_they_are(self):
        self.write("page.html", b"old")
        self.write("torn.onnx", models.sound()[:-20])
        for option in ("--html", "--annotate"):
            self.refuse(3, ["torn.onnx"], "plan", "torn.onnx", option, "page.html")
            self.refuse(3, ["missing.onnx"], "plan", "missing.onnx", option, "new.html")


if __name__ == "__main__":
    program.main()
