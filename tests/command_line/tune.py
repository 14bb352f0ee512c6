# SPDX-License-Identifier: Apache-2.0
"""A device that is calibrated, and what uses it: tune, and --cost-model of the others."""
import subprocess

import onnx_file
import program

MODEL = "zoo:densenet-bc:depth=10,growth=4,size=8"
RATES = {"cached_ns": float, "memory_ns": float}
COSTS = {"launch_ns": float, "cached_bytes": int, "copy": RATES, "second_store": RATES, "segment_ns": float, "segment_row_ns": float,
         "factor_below_64_bytes": float, "factor_below_16_bytes": float}
TUNED = {"schema": "abut.tune/1", "device": str, "cache": str, "costs": COSTS}
PLANNED = {"model": MODEL, "cost_model": str, "copied": int, "stored_twice": int, "read_in_segments": int, "copied_bytes": int,
           "conversion_bytes": int, "arena_bytes": int}
TILES = {"model": str, "problems": int, "gain": float, "gain_noise": float, "kept": bool, "faster": list}
TILE = {"problem": str, "tile": str, "gain": float, "gain_noise": float}
GROUPS = ("--kernels", "gpu", "--keep-costs")
BENEFIT = {"key": str, "kernel": str, "guard": str, "reason": str, "benefit": float, "benefit_noise": float, "benefit_samples": int,
           "pays": bool}
TIMES = ("passes_ms", "plan_ms")


def two_convolutions():
    """The value between them lies in the arena, aligned."""
    weights = [onnx_file.tensor(name, (4, 4, 1, 1), [0.5] * 16) for name in ("a", "b")]
    nodes = [onnx_file.node("Conv", ["x", "a"], ["between"], "first"), onnx_file.node("Conv", ["between", "b"], ["y"], "second")]
    return onnx_file.model(nodes, [onnx_file.value("x", (1, 4, 6, 6))], [onnx_file.value("y")], weights)


class Tune(program.CommandLine):
    def setUp(self):
        super().setUp()
        self.here = {"cache": self.folder / "costs"}

    def plan(self, *arguments):
        report = self.report({"schema": "abut.plan/1"}, "plan", MODEL, *arguments, **self.here)
        return {key: value for key, value in report.items() if key not in TIMES}

    def damage(self):
        [file] = (self.folder / "costs").glob("*.costs")
        file.write_bytes(file.read_bytes()[:-1])

    def test_calibrated(self):
        """One calibration, and all that sees it."""
        self.refuse(1, ["not calibrated", "abut tune"], "plan", MODEL, "--cost-model", "calibrated", **self.here)
        before = self.plan()
        self.assertEqual((before["cost_model"], before["estimated_ns"], before["copies"]["estimated_ns"]), ("bytes", None, None))
        tuned = self.report(TUNED, "tune", MODEL, "--no-tiles", **self.here)
        self.no_findings(program.findings_of_report(tuned["plans"], [PLANNED]), tuned)
        self.assertEqual([plan["cost_model"] for plan in tuned["plans"]], ["bytes", "calibrated"])
        self.assertEqual(tuned["tiles"], [])
        self.assertIsNone(tuned["plans"][0]["estimated_ns"])
        self.assertEqual((tuned["benefits"], tuned["benefits_kept"]), ([], 0), "cpu/ relies on nothing")
        self.assertIsInstance(tuned["plans"][1]["estimated_ns"], float)

        kept = self.report({**TUNED, "costs": tuned["costs"]}, "tune", MODEL, "--keep-costs", "--no-tiles", **self.here)
        self.assertEqual(kept["plans"], tuned["plans"])
        self.assertEqual(self.plan(), before)  # without a device
        planned = self.plan("--cost-model", "calibrated")
        self.assertEqual(planned["cost_model"], "calibrated")
        self.assertEqual(planned["estimated_ns"], tuned["plans"][1]["estimated_ns"])
        self.assertGreater(planned["copies"]["estimated_ns"], planned["estimated_ns"])
        self.assertEqual(self.plan("--cost-model", "calibrated"), planned)
        self.assertIn("estimated us", self.succeed("plan", MODEL, "--cost-model", "calibrated", **self.here))

        self.report({"cost_model": "calibrated"}, "run", MODEL, **self.here)
        self.report({"cost_model": "bytes"}, "run", MODEL, "--cost-model", "bytes", **self.here)
        self.report({"results": [{"cost_model": "calibrated"}]}, "bench", MODEL, "--runs", "1", **self.here)
        self.report({"results": [{"cost_model": "bytes"}]}, "bench", MODEL, "--runs", "1", "--cost-model", "bytes", **self.here)

        self.damage()
        result = self.call("run", MODEL, "--json", **self.here)
        self.assertEqual(result.code, 0)
        self.assertIn(b"is damaged or of another version", result.err)
        self.assertIn('"cost_model": "bytes"', result.out)
        self.refuse(1, ["not calibrated"], "run", MODEL, "--cost-model", "calibrated", **self.here)

    def test_benefits(self):
        """Kernels of work-groups rely on guards: each variant that the model has is measured, and noted in the cache."""
        self.write("model.onnx", two_convolutions())
        folder = self.folder / "benefits"
        tuned = self.report(TUNED, "tune", "model.onnx", *GROUPS, cache=folder)
        self.assertEqual(list(folder.glob("*.costs")), [], "only variants were measured")
        self.assertEqual([plan["cost_model"] for plan in tuned["plans"]], ["bytes"])
        self.no_findings(program.findings_of_report(tuned["benefits"], [BENEFIT]), tuned)
        self.assertEqual(tuned["benefits_kept"], len(tuned["benefits"]))
        entries = self.report({"entries": list}, "cache", "ls", "--variants", cache=folder)["entries"]
        listed = {kernel["key"]: kernel for entry in entries for kernel in entry["kernels"]}
        for benefit in tuned["benefits"]:
            self.assertGreaterEqual(benefit["benefit_samples"], 15)
            self.assertRegex(benefit["reason"], r"\A\w+ (8|16)\b")
            self.assertEqual(listed[benefit["key"]]["benefit"], benefit["benefit"])
        measured = [kernel for kernel in listed.values() if kernel["benefit"] is not None]
        self.assertEqual(len(measured), len(tuned["benefits"]))
        self.assertTrue(any(kernel["reason"].startswith("generic") for kernel in listed.values()), "the control")
        self.assertEqual(tuned["collapsed"], [], "two variants are too few")
        self.collapse_and_take_back(folder)
        before = program.contents(folder)
        self.report({"benefits": list, "benefits_kept": 0}, "tune", "model.onnx", *GROUPS, "--cache-mode", "read-only", cache=folder)
        self.assertEqual(program.contents(folder), before)

    def collapse_and_take_back(self, folder):
        """What was not measured this time stays collapsed, unless that is asked for."""
        subprocess.run([self.helpers / "abut_plant_collapse", folder, "gpu/copy x 16"], check=True)
        for options, left in ((), ["gpu/copy x 16"]), (("--no-collapse",), []):
            tuned = self.report({"collapsed": list}, "tune", *GROUPS, *options, cache=folder)
            self.assertEqual([each["class"] for each in tuned["collapsed"]], left)
            text = self.succeed("tune", *GROUPS, *options, cache=folder)
            self.assertIn("not calibrated: plans count bytes", text)
            self.assertEqual("collapsed: gpu/copy x 16: none of 5 variants paid" in text, bool(left))
            self.assertEqual(len(list(folder.glob("*.collapsed"))), len(left))

    def test_tiles(self):
        """What is measured to be faster is noted for the device, changes no result, and can be taken back."""
        self.write("model.onnx", two_convolutions())
        folder = self.folder / "tiles"
        tuned = self.report(TUNED, "tune", "model.onnx", "--keep-costs", cache=folder)
        self.no_findings(program.findings_of_report(tuned["tiles"], [TILES]), tuned)
        [model] = tuned["tiles"]
        self.assertGreater(model["problems"], 0)
        for tile in model["faster"]:
            self.no_findings(program.findings_of_report(tile, TILE), tile)
            self.assertGreater(tile["gain"], 1 + tile["gain_noise"])
        self.assertEqual(len(list(folder.glob("*.tiles"))), int(model["kept"]))
        self.succeed("run", "model.onnx", "--check", cache=folder)
        self.assertEqual(self.report({"tiles": list}, "tune", "--keep-costs", "--no-tiles", cache=folder)["tiles"], [])
        self.assertEqual(list(folder.glob("*.tiles")), [])

    def test_table(self):
        text = self.succeed("tune", **self.here)
        for words in ("a launch", "a second store", "a further segment", "multiples of 4 bytes"):
            self.assertIn(words, text)

    def test_usage(self):
        self.refuse(2, ["--cache"], "tune", cache="off")
        self.refuse(2, ["--cost-model", "guess"], "plan", MODEL, "--cost-model", "guess")
        self.refuse(2, ["nowhere"], "tune", "zoo:nowhere", **self.here)


if __name__ == "__main__":
    program.main()
