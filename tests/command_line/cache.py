# SPDX-License-Identifier: Apache-2.0
"""The cache of compiled kernels: warmed without a run, moved in a bundle, listed; bundles that are no good."""
import json

import models
import program

MODEL = "zoo:densenet-bc:depth=10,growth=4,size=8"
WARMED = {"schema": "abut.cache/1", "cache": str, "model": MODEL, "device": str,
          "warmed": [{"concat": str, "kernels": int, "compiled": int, "loaded": int, "seconds": float}]}
ENTRY = {"key": str, "kernel": str, "device": str, "bytes": int, "created": str, "hits": int,
         "compile_ms": float, "variants": int, "pinned": False, "damaged": False}


class Cache(program.CommandLine):
    def warm(self, *arguments, **options):
        return self.report(WARMED, "cache", "warm", MODEL, *arguments, **options)["warmed"]

    def arch_or_skip(self):
        """Fills the cache `kernels` for an architecture without a device."""
        result = self.call("cache", "warm", MODEL, "--arch", "sm_90a", cache=self.folder / "kernels")
        if b"NVRTC was not found" in result.err:
            self.skipTest("no NVRTC is here")
        self.assertEqual(result.code, 0, result)
        self.assertRegex(result.out, r"\Aslices: (\d+) kernels, \1 compiled, 0 loaded, \d+\.\d s\n\Z")

    def test_warmed_for_a_device(self):
        """What was warmed is what a run looks for."""
        [first] = self.warm()
        self.assertEqual(first["compiled"] + first["loaded"], first["kernels"])
        [again] = self.warm()
        self.assertEqual((again["compiled"], again["loaded"]), (0, first["kernels"]))
        ran = self.report({"results": [{"cache": "warm"}]}, "bench", MODEL, "--runs", "1")
        self.assertEqual(len(ran["results"]), 1)

    def test_warmed_for_an_architecture(self):
        self.arch_or_skip()
        kernels = self.folder / "kernels"
        # Devices of 9.0 look for kernels of sm_90a.
        for selector in ("--arch", "sm_90"), ("--device", "cuda", "--arch", "sm_90a"), ("--device", "cuda:sm_90a"):
            [again] = self.warm(*selector, cache=kernels)
            self.assertEqual((again["compiled"], again["loaded"]), (0, again["kernels"]))
        slices, copies = self.warm("--arch", "sm_90a", "--concat", "both", cache=kernels)
        self.assertEqual((slices["concat"], slices["compiled"], copies["concat"]), ("slices", 0, "copies"))
        self.assertGreater(copies["compiled"], 0)
        report = self.report({"entries": [ENTRY]}, "cache", "ls", cache=kernels)
        self.assertEqual({entry["device"] for entry in report["entries"]}, {"sm_90a"})
        self.assertEqual(len(report["entries"]), 2)

    def test_moved_in_a_bundle(self):
        self.arch_or_skip()
        done = self.report({"exported": 1, "damaged": 0, "bytes": int}, "cache", "export", "all.bundle",
                           cache=self.folder / "kernels")
        self.assertEqual(done["bytes"], (self.folder / "all.bundle").stat().st_size)
        other = self.folder / "other"
        self.report({"imported": 1, "present": 0}, "cache", "import", "all.bundle", cache=other)
        self.report({"imported": 0, "present": 1}, "cache", "import", "all.bundle", cache=other)
        [again] = self.warm("--arch", "sm_90a", cache=other)
        self.assertEqual(again["compiled"], 0)

    def test_a_directory_is_made_only_for_what_can_be_warmed(self):
        new = self.folder / "new"
        for words, *arguments in ((["missing.onnx", "no such file"], "missing.onnx"), (["--shape"], MODEL, "--shape", "nothing=1x2"),
                                  (["forced rung"], MODEL, "--place", "99:0=copy"), (["sm_1x"], MODEL, "--arch", "sm_1x"),
                                  (["memory"], MODEL, "--memory-limit", "1")):
            result = self.call("cache", "warm", *arguments, cache=new)
            self.assertIn(result.code, (1, 2, 3), result)
            self.no_findings(program.findings_of_error(result, result.code, words), result)
            self.assertFalse(new.exists(), arguments)
        self.write("file", b"")
        self.refuse(3, ["can't use the directory"], "cache", "warm", MODEL, cache=self.folder / "file")
        self.warm(cache=new)
        self.assertTrue(new.exists(), "the control")

    def test_bad_bundles(self):
        self.arch_or_skip()
        self.succeed("cache", "export", "all.bundle", cache=self.folder / "kernels")
        sound = (self.folder / "all.bundle").read_bytes()
        other = self.folder / "other"
        bad = {"cut": sound[:-1], "half": sound[:len(sound) // 2], "flipped": sound[:5000] + bytes([sound[5000] ^ 1]) + sound[5001:],
               "longer": sound + b"\0"}
        for name, data in bad.items():
            self.write(name, data)
            self.refuse(3, [name, "checksum does not hold"], "cache", "import", name, cache=other)
        self.write("format", sound[:8] + b"\x09" + sound[9:])
        self.refuse(3, ["format: ", "expected a bundle of format 1, found format 9"], "cache", "import", "format", cache=other)

    def test_no_bundles(self):
        other = self.folder / "other"
        self.write("text", b"hello, world\n" * 100)
        self.write("model", models.sound())
        self.write("empty", b"")
        for name in ("text", "model"):
            self.refuse(3, [name, "expected a bundle of compiled kernels"], "cache", "import", name, cache=other)
        for name, word in (("empty", "empty"), ("missing", "no such file"), (".", "directory"), ("/dev/zero", "2 GB")):
            self.refuse(3, [name, word], "cache", "import", name, cache=other)
        self.refuse(3, ["nowhere"], "cache", "export", "nowhere/all.bundle")

    def test_shown_and_verified(self):
        self.warm()
        [entry, *others] = self.report({"entries": [ENTRY]}, "cache", "ls")["entries"]
        key = entry["key"]
        shown = self.report({"key": key, "device": entry["device"], "bytes": entry["bytes"], "binary_bytes": int, "identity": str,
                             "kernels": [{"name": str, "key": str, "parameters": [{"name": str, "type": str}]}]},
                            "cache", "show", key)
        self.assertEqual(len(shown["kernels"]), entry["variants"])
        self.assertIn(entry["device"], shown["identity"])
        text = self.succeed("cache", "show", key[:12])
        kernel = shown["kernels"][0]
        for part in (key, entry["device"], kernel["name"], "a pointer " + kernel["parameters"][0]["name"]):
            self.assertIn(part, text)
        count = 1 + len(others)
        self.assertEqual(self.succeed("cache", "verify"), f"{count} programs of kernels, 0 damaged\n")
        self.refuse(1, ["abut cache ls", key], "cache", "show", "x" + key[1:])
        self.refuse(1, ["abut cache ls", key], "cache", "show", "x" * 100_000)

    def test_uses_are_listed(self):
        folder = self.folder / "used"
        self.warm(cache=folder)
        entries = self.report({"entries": [{**ENTRY, "used": None, "hits": 0}]}, "cache", "ls", cache=folder)["entries"]
        self.assertTrue(all(entry["compile_ms"] > 0 for entry in entries))
        self.warm(cache=folder)
        self.report({"entries": [{**ENTRY, "used": str, "hits": 1}]}, "cache", "ls", cache=folder)

    def test_nothing_is_compiled_where_that_is_ruled_out(self):
        folder = self.folder / "required"
        folder.mkdir(mode=0o700)
        result = self.call("run", MODEL, "--cache-mode", "require", cache=folder)
        self.no_findings(program.findings_of_error(result, 1, ["not in the cache", "conv2d_", "abut cache warm"]), result)
        self.assertEqual(list(folder.glob("*.kernels")), [])
        events = [json.loads(line) for line in (folder / "events.log").read_text().splitlines()]
        self.assertEqual({(event["event"], event["model"]) for event in events}, {("miss", MODEL)})
        self.warm(cache=folder)
        self.succeed("run", MODEL, "--cache-mode", "require", cache=folder)

    def test_an_overlay_is_read_and_nothing_else(self):
        overlay, own = self.folder / "overlay", self.folder / "own"
        self.warm(cache=overlay)
        before = program.contents(overlay)
        [warmed] = self.warm("--cache-overlay", str(overlay), cache=own)
        self.assertEqual(warmed["compiled"], 0)
        self.assertEqual(program.contents(overlay), before)
        self.succeed("run", MODEL, "--cache-mode", "read-only", cache=overlay)
        self.assertEqual(program.contents(overlay), before)

    def test_the_limit_is_held(self):
        folder = self.folder / "limited"
        result = self.call("cache", "warm", MODEL, "--cache-limit", "1000", cache=folder)
        self.assertEqual(result.code, 0, result)
        self.assertIn(b"raise the limit", result.err)
        self.assertEqual(list(folder.glob("*.kernels")), [])

    def test_damage_is_found(self):
        """A byte of the machine code, which a list does not read."""
        folder = self.folder / "damaged"
        self.warm(cache=folder)
        [path, *others] = sorted(folder.glob("*.kernels"))
        data = bytearray(path.read_bytes())
        data[-100] ^= 1
        path.write_bytes(data)
        result = self.call("cache", "verify", cache=folder)
        self.assertEqual(result.code, 1, result)
        self.assertIn(f"{path.stem}  damaged", result.out)
        self.assertIn(f"{1 + len(others)} programs of kernels, 1 damaged", result.out)
        self.refuse(3, [path.stem, "damaged"], "cache", "show", path.stem, cache=folder)

    def test_usage(self):
        self.refuse(2, ["command of cache", "warm, export, import, ls, show, explain, verify, log, stats, pin, unpin, rm, prune, bisect, ban, unban, doctor, quarantine"], "cache", cache="")
        for arguments in ("warm", MODEL), ("export", "all.bundle"), ("import", "all.bundle"), ("ls",), ("show", "0"), ("verify",):
            self.refuse(2, ["--cache DIR"], "cache", *arguments, cache="off")
        for command, option in ("warm", "MODEL"), ("export", "FILE"), ("import", "FILE"), ("show", "KEY"):
            self.refuse(2, [option], "cache", command)
        self.refuse(2, ["--arch", "--device"], "cache", "warm", MODEL, "--arch", "sm_90a", "--device", "cuda:0")
        for option, value in ("mode", "sometimes"), ("limit", "0"), ("limit", "much"), ("overlay", ""):
            self.refuse(2, [f"--cache-{option}"], "cache", "ls", f"--cache-{option}", value)
        self.refuse(2, ["sm90", "sm_90a"], "cache", "warm", MODEL, "--arch", "sm90")
        self.assertEqual(self.succeed("cache", "ls", cache=self.folder / "empty"), "no compiled kernels\n")


if __name__ == "__main__":
    program.main()
