# SPDX-License-Identifier: Apache-2.0
"""A device that is calibrated, and what uses it: tune, and --cost-model of the others."""
import program

MODEL = "zoo:densenet-bc:depth=10,growth=4,size=8"
RATES = {"cached_ns": float, "memory_ns": float}
COSTS = {"launch_ns": float, "cached_bytes": int, "copy": RATES, "second_store": RATES, "segment_ns": float, "segment_row_ns": float,
         "factor_below_64_bytes": float, "factor_below_16_bytes": float}
TUNED = {"schema": "abut.tune/1", "device": str, "cache": str, "costs": COSTS}
PLANNED = {"model": MODEL, "cost_model": str, "copied": int, "stored_twice": int, "read_in_segments": int, "copied_bytes": int,
           "conversion_bytes": int, "arena_bytes": int}
TIMES = ("passes_ms", "plan_ms")


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
        tuned = self.report(TUNED, "tune", MODEL, **self.here)
        self.no_findings(program.findings_of_report(tuned["plans"], [PLANNED]), tuned)
        self.assertEqual([plan["cost_model"] for plan in tuned["plans"]], ["bytes", "calibrated"])
        self.assertIsNone(tuned["plans"][0]["estimated_ns"])
        self.assertIsInstance(tuned["plans"][1]["estimated_ns"], float)

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

    def test_table(self):
        text = self.succeed("tune", **self.here)
        for words in ("a launch", "a second store", "a further segment", "multiples of 4 bytes"):
            self.assertIn(words, text)

    def test_usage(self):
        self.refuse(2, ["--cache"], "tune", cache="off")
        self.refuse(2, ["--cost-model", "guess"], "plan", MODEL, "--cost-model", "guess")
        self.refuse(1, ["nowhere"], "tune", "zoo:nowhere", **self.here)


if __name__ == "__main__":
    program.main()
