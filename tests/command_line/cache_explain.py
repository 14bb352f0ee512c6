# SPDX-License-Identifier: Apache-2.0
"""`abut cache explain`: the field that makes a miss, in the cache as it is and in its log."""
import json

import program
from cache_files import MODEL, CacheLine, rewrite

DIFFERENCE = {"field": str, "wanted": str, "found": str}
MISS = {"kernel": str, "reason": str, "text": str}


class Explain(CacheLine):
    def explain_model(self, folder, model=MODEL, *arguments, **environment):
        wanted = {"schema": "abut.cache/1", "cache": str(folder), "model": model, "kernels": int, "present": int}
        return self.report(wanted, "cache", "explain", model, *arguments, cache=folder, **environment)

    def fields(self, report, which):
        """The fields that the misses differ in."""
        for miss in report["missing"]:
            self.no_findings(program.findings_of_report(miss, {**MISS, "reason": "different", "nearest": str}), miss)
        return {difference["field"] for miss in report["missing"] for difference in miss[f"{which}_differences"]}

    def test_nothing_is_missing(self):
        """The control of all below."""
        folder = self.warm_copy("warm")
        report = self.explain_model(folder)
        self.assertEqual((report["present"], report["missing"]), (report["kernels"], []))
        self.assertIn("13 of 13 kernels are in the cache", self.succeed("cache", "explain", MODEL, cache=folder))

    def test_an_empty_cache(self):
        report = self.explain_model(self.folder / "empty")
        self.assertEqual({miss["reason"] for miss in report["missing"]}, {"absent"})
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_another_version_of_the_platform(self):
        folder = self.warm_copy("older")
        self.assertGreater(rewrite(folder, rb"(platform version=OpenCL \d\.\d .)", lambda match: match[1][:-1] + b"?"), 0)
        report = self.explain_model(folder)
        self.assertEqual(report["present"], 0)
        self.assertEqual((self.fields(report, "device"), self.fields(report, "kernel")), ({"platform version"}, set()))
        text = self.fits(self.succeed("cache", "explain", MODEL, cache=folder))
        self.assertIn("platform version\n        wanted: OpenCL", text)

    def test_another_option_of_the_compiler(self):
        report = self.explain_model(self.warm_copy("warm"), POCL_WILOOPS_MAX_UNROLL_COUNT="3")
        self.assertEqual((report["present"], self.fields(report, "device")), (0, {"POCL_WILOOPS_MAX_UNROLL_COUNT"}))

    def test_another_option_of_the_model(self):
        report = self.explain_model(self.warm_copy("warm"), "zoo:densenet-bc:depth=10,growth=4,size=9")
        self.assertGreater(report["present"], 0)
        self.assertIn("constant OUT_HEIGHT", self.fields(report, "kernel"))
        self.assertEqual(self.fields(report, "device"), set())

    def test_another_guard(self):
        folder = self.warm_copy("guard")
        self.assertGreater(rewrite(folder, rb"parameter y guard=4\n", b"parameter y guard=8\n"), 0)
        report = self.explain_model(folder)
        self.assertEqual(self.fields(report, "kernel"), {"parameter y guard"})
        difference = report["missing"][0]["kernel_differences"][0]
        self.assertEqual(difference, {"field": "parameter y guard", "wanted": "4", "found": "8"})

    def test_an_evicted_entry(self):
        folder = self.folder / "evicted"
        result = self.call("cache", "warm", MODEL, "--cache-limit", "1000", cache=folder)
        self.assertEqual(result.code, 0, result)
        report = self.explain_model(folder)
        self.assertEqual({miss["reason"] for miss in report["missing"]}, {"evicted"})
        self.assertIn("it was evicted at 20", self.succeed("cache", "explain", MODEL, cache=folder))
        name = report["missing"][0]["kernel"]
        of_key = self.report({"entry": None, "events": [{"event": str, "model": MODEL, "process": int, "reason": str}]}, "cache",
                             "explain", name, cache=folder)
        self.assertEqual([event["event"] for event in of_key["events"]], ["miss", "eviction"])

    def test_what_an_overlay_has_is_not_missing(self):
        overlay = self.warm_copy("overlay")
        report = self.explain_model(self.folder / "own", MODEL, "--cache-overlay", str(overlay))
        self.assertEqual(report["missing"], [])

    def test_a_key_as_the_log_has_it(self):
        folder = self.warm_copy("logged")
        [entry] = self.entries(folder, "--variants")
        key = entry["kernels"][0]["key"]
        event = {"time": 1795863600, "process": 77, "event": "miss", "key": key, "kernel": "conv2d", "model": "m.onnx",
                 "reason": "the nearest, 12ab, has driver version 3.0, wanted 3.1"}
        (folder / "events.log").write_text(json.dumps(event, separators=(",", ":")) + "\n", encoding="utf-8")
        for subject in (key, key[:10], entry["key"]):
            text = self.fits(self.succeed("cache", "explain", subject, cache=folder))
            for part in ("it is in the cache", entry["key"], "m.onnx, process 77", event["reason"], "2026-11-28T"):
                self.assertIn(part, text)

    def test_two_keys(self):
        folder = self.warm_copy("two")
        [entry] = self.entries(folder, "--variants")
        first, second = [kernel["key"] for kernel in entry["kernels"] if kernel["kernel"] == "conv2d"][:2]
        wanted = {"kernels": 1, "different": [{**MISS, "kernel_differences": [DIFFERENCE]}]}
        report = self.report(wanted, "cache", "explain", first, second, cache=folder)
        found = {difference["field"]: difference for difference in report["different"][0]["kernel_differences"]}
        self.assertTrue(any(field.startswith("constant ") for field in found))
        same = self.call("cache", "explain", first, first, "--json", cache=folder)
        self.assertEqual(json.loads(same.out)["different"], [])
        self.fits(self.succeed("cache", "explain", first, second, cache=folder))

    def test_bad_subjects(self):
        folder = self.warm_copy("bad")
        [entry] = self.entries(folder)
        for subject in ("0" * 40, "conv2d_" + "f" * 33):
            self.refuse(1, ["abut cache ls", "the nearest are"], "cache", "explain", subject, cache=folder)
        self.refuse(1, ["abut cache ls", entry["key"]], "cache", "explain", entry["key"] + "0", cache=folder)
        self.refuse(1, ["as much of a key"], "cache", "explain", "conv2d_", cache=folder)
        self.refuse(3, ["nothing.onnx", "no such file"], "cache", "explain", "nothing.onnx", cache=folder)
        self.refuse(2, ["zoo:nothing", "densenet121"], "cache", "explain", "zoo:nothing", cache=folder)
        self.refuse(1, ["abut cache ls"], "cache", "explain", entry["key"], "0" * 40, cache=folder)
        self.refuse(2, ["SUBJECT"], "cache", "explain", cache=folder)
        self.refuse(2, ["SUBJECT", "At Most 2"], "cache", "explain", "a", "b", "c", cache=folder)


if __name__ == "__main__":
    program.main()
