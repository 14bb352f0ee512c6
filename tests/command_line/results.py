# SPDX-License-Identifier: Apache-2.0
"""run, verify, plan and bench on sound models: their numbers, their reports, their files."""
import json
import math
import re

import models
import npy_file
import program
from onnx_file import node, value

PLAN = {
    "schema": "abut.plan/1",
    "model": str,
    "cost_model": "bytes",
    "concats": {"total": int, "placed": int, "copied": int},
    "copied_bytes": int,
    "conversion_bytes": int,
    "arena_bytes": int,
    "workspace_bytes": int,
    "padding_bytes": int,
    "lower_bound_bytes": int,
    "search": {"groups": int, "exact": int, "placements": int},
    "copies": {"copied_bytes": int, "arena_bytes": int},
    "placements": [{"value": str, "root": int, "offset_bytes": int, "strides_bytes": [int]}],
    "decisions": [{"concat": str, "axis": int, "operands": [
        {"value": str, "how": str, "reason": str, "offset_bytes": int, "alignment_bytes": int}]}],
    "steps": int,
    "variants": int,
}
BENCH = {
    "schema": "abut.bench/1",
    "device": str,
    "results": [{"model": str, "concat": str, "execution": str, "cost_model": str, "median_ms": float, "min_ms": float, "max_ms": float, "p99_ms": float,
                 "first_ms": float, "runs": 3, "run_ms": [float], "compile_ms": float, "load_ms": float, "cache": str, "arena_bytes": int,
                 "copied_bytes": int, "conversion_bytes": int}],
}
PROFILE = {"workers": int, "run_us": float, "outside_share": float, "floor_us": float, "peak_gflops": float,
           "peak_gigabytes_per_second": float,
           "steps": [{"step": str, "operation": str, "tiles": int, "begin_us": float, "end_us": float, "busy_us": float, "gflops": float,
                      "gigabytes_per_second": float, "floor_us": float, "roofline_share": float}]}
SMALL = "densenet-bc:depth=10,growth=4,size=8"
RUN = {"schema": "abut.run/1", "model": "model.onnx", "device": str, "concat": str, "cost_model": str,
       "outputs": [{"name": str, "dtype": "float32", "shape": [int]}]}


CHECK = {"check": {"steps": int, "memory_bytes": int}}


class Sound(program.CommandLine):
    def setUp(self):
        super().setUp()
        self.x = models.sound_input()
        self.write("model.onnx", models.sound())
        self.write("x.npy", npy_file.encoded(models.SHAPE, self.x))


class Run(Sound):
    def outputs(self, folder):
        return {path.name: npy_file.decoded(path.read_bytes()) for path in (self.folder / folder).iterdir()}

    def test_result_both_ways(self):
        for mode in ("slices", "copies"):
            out = f"out/{mode}"
            report = self.report({**RUN, "concat": mode}, "run", "model.onnx", "--input", "x=x.npy", "--output-dir", out,
                                 "--concat", mode)
            self.assertEqual([(o["name"], o["file"]) for o in report["outputs"]], [(models.OUTPUT, f"{out}/joined_0_out.npy")])
            self.assertEqual(self.outputs(out), {"joined_0_out.npy": (models.JOINED, models.expected(self.x))})

    def test_names_of_files(self):
        names = ["a/b", "a:b", "../up", "ü n", "plain.-_9"]
        self.write("many.onnx", models.sound(nodes=[node("Relu", ["x"], [name]) for name in names],
                                             outputs=[value(name) for name in names], constants=[]))
        self.succeed("run", "many.onnx", "--output-dir", "out", "--input", "x=x.npy")
        self.assertEqual(set(self.outputs("out")), {"a_b.npy", "a_b_2.npy", ".._up.npy", "___n.npy", "plain.-_9.npy"})
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"model.onnx", "many.onnx", "x.npy", "out"})

    def test_seeded_inputs(self):
        for out in ("first", "second"):
            self.succeed("run", "model.onnx", "--output-dir", out)
        self.assertEqual(self.outputs("first"), self.outputs("second"))
        _, elements = self.outputs("first")["joined_0_out.npy"]
        given = elements[: len(self.x)]
        self.assertTrue(all(0 <= element < 1 for element in given) and len(set(given)) > 1, given)

    def test_table(self):
        text = self.succeed("run", "model.onnx", "--input", "x=x.npy")
        self.assertIn(models.OUTPUT, text)
        self.assertIn(f"{max(models.expected(self.x)):g}", text)

    def test_fortran_order(self):
        shape = (1, models.CHANNELS, models.SIZE, models.SIZE)
        order = [(c * shape[2] + h) * shape[3] + w for w in range(shape[3]) for h in range(shape[2]) for c in range(shape[1])]
        self.write("f.npy", npy_file.encoded(shape, [self.x[at] for at in order], fortran_order=True))
        self.succeed("run", "model.onnx", "--input", "x=f.npy", "--output-dir", "out")
        self.assertEqual(self.outputs("out")["joined_0_out.npy"][1], models.expected(self.x))

    def test_shape(self):
        self.write("open.onnx", models.sound(("batch", models.CHANNELS, "height", "width")))
        wanted = {"outputs": [{"shape": [2, models.CHANNELS + 2, 4, 6]}]}
        report = self.report({}, "run", "open.onnx", "--shape", f"x=2x{models.CHANNELS}x4x6")
        self.assertEqual(report["outputs"][0]["shape"], wanted["outputs"][0]["shape"])
        report = self.report({}, "run", "open.onnx", "--input", "x=x.npy")
        self.assertEqual(report["outputs"][0]["shape"], list(models.JOINED))

    def test_check(self):
        for mode in ("slices", "copies"):
            report = self.report({**RUN, **CHECK}, "run", "model.onnx", "--check", "--concat", mode, "--input", "x=x.npy",
                                 "--output-dir", "out")
            self.assertGreater(report["check"]["steps"], 0)
            self.assertEqual(self.outputs("out"), {"joined_0_out.npy": (models.JOINED, models.expected(self.x))})
        self.assertIn("checked: ", self.succeed("run", "model.onnx", "--check"))

    def test_cache_off(self):
        before = program.contents(self.folder)
        self.succeed("run", "model.onnx", cache="off", XDG_CACHE_HOME=str(self.folder / "home"))
        self.assertEqual(program.contents(self.folder), before)

    def test_zoo(self):
        self.report({"model": "zoo:densenet-bc:depth=10,growth=4,size=8"}, "run", "zoo:densenet-bc:depth=10,growth=4,size=8")


class Plan(Sound):
    def test_json(self):
        report = self.report(PLAN, "plan", "model.onnx")
        self.assertEqual(report["model"], "model.onnx")
        self.assertEqual(report["concats"]["total"], 1)
        self.assertEqual(report["concats"]["placed"] + report["concats"]["copied"], 1)
        self.assertEqual([decision["concat"] for decision in report["decisions"]], ["concat"])
        self.assertGreater(report["copies"]["copied_bytes"], report["copied_bytes"])

    def test_table(self):
        self.assertIn("concats without a copy", self.succeed("plan", "model.onnx"))

    def test_memory_limit(self):
        network = f"zoo:{SMALL}"
        needed = self.report(PLAN, "plan", network)["arena_bytes"]
        limited = self.report({**PLAN, "arena_bytes": needed}, "plan", network, "--memory-limit", needed)
        self.assertLessEqual(limited["arena_bytes"] + limited["workspace_bytes"], needed)
        for command in ("plan", "run", "bench"):
            error = self.refuse(1, [network, "memory limit is 64 bytes", "step"], command, network, "--memory-limit", 64)
            least = re.search(r"found for is (\d+)", error)
            self.assertIsNotNone(least, error)
            self.assertLessEqual(int(least[1]), needed)

    def test_place(self):
        """Each operand can be made a copy; what can't be had is refused with the reason."""
        concat = self.report(PLAN, "plan", "model.onnx")["decisions"][0]
        name, count = concat["concat"], len(concat["operands"])
        for operand in range(count):
            report = self.report(PLAN, "plan", "model.onnx", "--place", f"{name}:{operand}=copy")
            hows = [operand["how"] for operand in report["decisions"][0]["operands"]]
            self.assertEqual(hows[operand], "copy", hows)
            self.assertEqual(report["decisions"][0]["operands"][operand]["reason"], "it was asked for")
        for command in ("plan", "run", "bench"):
            self.refuse(1, [name, "expected an operand"], command, "model.onnx", "--place", f"{name}:{count}=copy")
            self.refuse(1, ["expected a concat", "nothing"], command, "model.onnx", "--place", "nothing:0=alias")
            for text in (f"{name}:0", f"{name}:x=copy", f"{name}:0=reordered", "0=copy", ":0=copy", ""):
                self.refuse(2, ["--place", "CONCAT:OPERAND=RUNG"], command, "model.onnx", "--place", text)

    def test_needs_no_device(self):
        self.assertEqual(self.succeed("plan", "model.onnx", OCL_ICD_VENDORS=str(self.folder)), self.succeed("plan", "model.onnx"))


class Bench(Sound):
    def bench(self, cache):
        report = self.report(BENCH, "bench", "model.onnx", "--concat", "both", "--runs", "3", cache=cache)
        self.assertEqual([result["concat"] for result in report["results"]], ["slices", "copies"])
        for result in report["results"]:
            self.assertTrue(0 < result["min_ms"] <= result["median_ms"] <= result["p99_ms"] <= result["max_ms"], result)
        return [result["cache"] for result in report["results"]]

    def test_cold_then_warm(self):
        cache = self.folder / "kernels"
        self.assertEqual(self.bench(cache)[0], "cold")
        self.assertTrue(any(path.is_file() for path in cache.rglob("*")), "nothing was kept")
        self.assertEqual(self.bench(cache), ["warm", "warm"])

    def test_check(self):
        self.report({**BENCH, "results": [{**BENCH["results"][0], **CHECK}]}, "bench", "model.onnx", "--runs", "3", "--check")
        self.assertIn("checked: ", self.succeed("bench", "model.onnx", "--runs", "1", "--check"))

    def test_table(self):
        self.assertIn("median ms", self.succeed("bench", "model.onnx", "--runs", "1"))

    def test_profile(self):
        """Both ways to run, where the time of the second goes, and its tiles for a viewer of traces."""
        result = {**BENCH["results"][0], "execution": str}
        report = self.report({**BENCH, "results": [result]}, "bench", "model.onnx", "--execution", "both", "--runs", "3",
                             "--profile", "--trace", "trace.json")
        self.assertEqual([found["execution"] for found in report["results"]], ["launches", "persistent"])
        self.assertNotIn("profile", report["results"][0])
        profile = report["results"][1]["profile"]
        self.assertEqual(list(program.findings_of_report(profile, PROFILE)), [])
        self.assertLess(0, profile["outside_share"])
        events = json.loads((self.folder / "trace.json").read_text(encoding="utf-8"))["traceEvents"]
        self.assertEqual(len(events), sum(step["tiles"] for step in profile["steps"]))
        self.assertIn("outside kernels", self.succeed("bench", "model.onnx", "--runs", "1", "--profile"))
        self.refuse(1, ["--profile", "unsupported", "--kernels gpu"], "bench", "model.onnx", "--profile", "--kernels", "gpu")
        self.refuse(2, ["--trace", "one model"], "bench", "model.onnx", "--concat", "both", "--trace", "t.json")
        self.refuse(3, ["nowhere"], "bench", "model.onnx", "--trace", "nowhere/t.json")


class Verify(Sound):
    def setUp(self):
        super().setUp()
        y = models.expected(self.x)
        models.write_case(self.folder / "all/sound", models.sound(), self.x, y)
        models.write_case(self.folder / "all/altered", models.sound(), self.x, [*y[:-1], y[-1] + 0.5])
        strange = models.sound(nodes=[node("Nonsense", ["x"], [models.OUTPUT], "strange")])
        models.write_case(self.folder / "all/strange", strange, self.x, y)
        models.write_case(self.folder / "all/torn", models.sound()[:-20], self.x, y)

    def cases(self, *arguments, code=0):
        report = self.report({"schema": "abut.verify/1", "cases": [{"name": str, "status": str}]}, "verify", *arguments, code=code)
        for case in report["cases"]:
            compared = case["status"] in ("pass", "wrong")
            for field in ("max_abs", "max_rel"):
                self.assertIsInstance(case[field], float if compared else type(None), case)
        return {case["name"]: case for case in report["cases"]}

    def test_pass_both_ways(self):
        for mode in ("slices", "copies"):
            cases = self.cases("all/sound", "--concat", mode)
            self.assertEqual((cases["sound"]["status"], cases["sound"]["max_abs"]), ("pass", 0))

    def test_every_status(self):
        cases = self.cases("all", code=1)
        found = {name: case["status"] for name, case in cases.items()}
        self.assertEqual(found, {"sound": "pass", "altered": "wrong", "strange": "unsupported", "torn": "error"})
        self.assertTrue(math.isclose(cases["altered"]["max_abs"], 0.5), cases)
        for name, words in {"altered": [models.OUTPUT], "strange": ["unsupported", "Nonsense", "strange"], "torn": ["torn"]}.items():
            for word in words:
                self.assertIn(word, cases[name]["message"])

    def test_check(self):
        self.assertGreater(self.cases("all/sound", "--check")["sound"]["check"]["steps"], 0)

    def test_tolerances(self):
        self.assertEqual(self.cases("all/altered", "--atol", "0.6")["altered"]["status"], "pass")

    def test_lines(self):
        (self.folder / "all/sound").rename(self.folder / "all/so\n\x1bund")
        result = self.call("verify", "all/so\n\x1bund", "all/altered")
        self.assertEqual((result.code, len(result.out.splitlines()), result.err), (1, 2, b""), result)


if __name__ == "__main__":
    program.main()
