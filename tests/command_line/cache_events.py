# SPDX-License-Identifier: Apache-2.0
"""`abut cache log`, `stats` and `quarantine ls`."""
import json
import os
import time

import program
from cache_files import MODEL, CacheLine

EVENT = {"time": str, "event": str, "key": str, "model": str, "process": int, "reason": str}


class Events(CacheLine):
    def events(self, folder, *options):
        result = self.call("cache", "log", *options, "--json", cache=folder)
        self.assertEqual(result.code, 0, result)
        report = json.loads(result.out)
        self.assertEqual(list(report)[:2], ["schema", "cache"])
        return report["events"]

    def test_log(self):
        folder = self.warm_copy("log")
        self.assertEqual(self.succeed("cache", "log", cache=folder), "nothing happened\n")
        line = {"time": int(time.time()) - 7200, "process": 12, "event": "lock timeout", "model": "old.onnx", "reason": "long ago"}
        (folder / "events.log").write_text(json.dumps(line, separators=(",", ":")) + "\nno event\n", encoding="utf-8")
        self.succeed("cache", "warm", "zoo:densenet-bc:depth=10,growth=4,size=9", cache=folder)
        events = self.events(folder)
        self.no_findings(program.findings_of_report(events, [EVENT]), events)
        self.assertEqual({event["event"] for event in events}, {"lock timeout", "miss"})
        self.assertEqual({event["event"] for event in self.events(folder, "--since", "1h")}, {"miss"})
        self.assertEqual([event["model"] for event in self.events(folder, "--event", "lock timeout")], ["old.onnx"])
        misses = self.events(folder, "--event", "miss")
        self.assertTrue(all("the nearest, " in event["reason"] and "OUT_HEIGHT" in event["reason"] for event in misses[:1]))
        text = self.fits(self.succeed("cache", "log", "--since", "1h", cache=folder))
        self.assertIn("zoo:densenet-bc:depth=10,growth=4,size=9, process ", text)
        self.assertNotIn("long ago", text)

    def test_stats(self):
        folder = self.warm_copy("stats")
        [entry] = self.entries(folder)
        (folder / f"{entry['key']}.used").write_bytes(b"..")
        wanted = {"schema": "abut.cache/1", "programs": 1, "variants": 13, "bytes": entry["bytes"], "hits": 2, "pinned": 0,
                  "limit_bytes": int, "quarantined": 0, "states": {"sound": 1, "damaged": 0}, "kernels": {"conv2d": 9}}
        report = self.report(wanted, "cache", "stats", cache=folder)
        self.assertAlmostEqual(report["saved_seconds"], 2 * entry["compile_ms"] / 1000)
        text = self.fits(self.succeed("cache", "stats", cache=folder))
        for part in ("variants       13", "hits           2", "conv2d       9 variants"):
            self.assertIn(part, text)

    def test_quarantine(self):
        folder = self.warm_copy("quarantine")
        self.assertEqual(self.succeed("cache", "quarantine", "ls", cache=folder), "nothing is in quarantine\n")
        [path] = folder.glob("*.kernels")
        data = bytearray(path.read_bytes())
        data[-100] ^= 1
        path.write_bytes(data)
        self.call("cache", "warm", MODEL, cache=folder)
        wanted = {"quarantine": [{"key": path.stem, "time": str, "bytes": len(data), "reason": str}]}
        [entry] = self.report(wanted, "cache", "quarantine", "ls", cache=folder)["quarantine"]
        text = self.fits(self.succeed("cache", "quarantine", "ls", cache=folder))
        self.assertIn(path.stem, text)
        self.assertIn(entry["reason"], " ".join(text.split()))
        self.assertIn("quarantine", {event["event"] for event in self.events(folder)})

    def test_usage(self):
        self.refuse(2, ["--since", "7d"], "cache", "log", "--since", "yesterday")
        self.refuse(2, ["--event", "lock timeout"], "cache", "log", "--event", "hit")
        self.refuse(2, ["command of quarantine", "ls"], "cache", "quarantine", cache="")
        for group in ("quarantine",), ():
            self.refuse(2, [f"expected a command of {(*group, 'cache')[0]}: "], "cache", *group, "--dir", "X", cache="")
        self.refuse(2, ["expected a command of zoo: list, write"], "zoo", "--json", cache="")
        for arguments in ("log",), ("stats",), ("quarantine", "ls"), ("doctor",), ("prune",), ("unpin",), ("rm", "--where", "a=b"):
            self.refuse(2, ["--cache DIR"], "cache", *arguments, cache="off")


class Doctor(CacheLine):
    CHECK = {"subject": str, "wrong": bool, "finding": str, "remedy": str}

    def checks(self, folder, code, **environment):
        report = self.report({"schema": "abut.cache/1", "cache": str(folder), "wrong": int, "checks": [self.CHECK]}, "cache", "doctor",
                             cache=folder, code=code, **environment)
        checks = {check["subject"]: check for check in report["checks"]}
        self.assertEqual(report["wrong"], sum(check["wrong"] for check in report["checks"]))
        return checks

    def test_all_is_well(self):
        folder = self.warm_copy("well")
        checks = self.checks(folder, 0)
        self.assertEqual(set(checks), {"directory", "entries", "quarantine", "disk", "drivers", "compiler", "PoCL's cache"})
        self.assertIn("mode 700", checks["directory"]["finding"])
        self.assertIn(str(self.cache / "pocl"), checks["PoCL's cache"]["finding"])
        text = self.fits(self.succeed("cache", "doctor", cache=folder))
        self.assertIn("nothing is wrong", text)
        self.assertIn("opencl:0", text)
        self.checks(self.folder / "not there", 0)
        self.assertFalse((self.folder / "not there").exists())

    def test_what_is_wrong(self):
        folder = self.warm_copy("wrong")
        os.chmod(folder, 0o777)
        check = self.checks(folder, 1)["directory"]
        self.assertTrue(check["wrong"] and "chmod 700" in check["remedy"], check)
        os.chmod(folder, 0o700)
        [path] = folder.glob("*.kernels")
        os.chmod(path, 0o666)
        self.assertIn("chmod 600", self.checks(folder, 1)["entries"]["remedy"])
        os.chmod(path, 0o600)
        path.write_bytes(b"ABUT")
        self.assertIn("state=damaged", self.checks(folder, 1)["entries"]["remedy"])
        self.succeed("cache", "rm", "--where", "state=damaged", cache=folder)
        self.checks(folder, 0)
        away = self.checks(folder, 1, OCL_ICD_VENDORS=str(self.folder), ABUT_CUDA_DRIVER="libcuda-that-is-nowhere.so.1")
        self.assertIn("pocl-opencl-icd", away["drivers"]["remedy"])
        file = self.write("file", b"x")
        self.assertTrue(self.checks(file, 1)["directory"]["wrong"])
        result = self.call("cache", "doctor", cache=file)
        self.assertEqual(result.code, 1)
        self.assertIn("what to do: ", self.fits(result.out))

    def test_caches_of_pocl(self):
        folder = self.warm_copy("pocl")
        own = self.folder / "own"
        own.mkdir()
        (own / "program").write_bytes(b"x" * 5000)
        self.assertIn(f"'{own}', 5 kB", self.checks(folder, 0, POCL_CACHE_DIR=str(own))["PoCL's cache"]["finding"])
        self.assertIn("is off", self.checks(folder, 0, POCL_KERNEL_CACHE="0")["PoCL's cache"]["finding"])


if __name__ == "__main__":
    program.main()
