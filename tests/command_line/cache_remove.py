# SPDX-License-Identifier: Apache-2.0
"""`abut cache rm`, `prune`, `pin` and `unpin`: what goes, what stays, and what --dry-run says of it."""
import json
import os
import shutil
import time

import program
from cache_files import MODEL, CacheLine

DAY = 86400
OTHER = "zoo:densenet-bc:depth=10,growth=4,size=9"


class Remove(CacheLine):
    def two(self):
        """(folder, key of what MODEL needs, key of what OTHER needs beside it); the first was not used for 40 days."""
        folder = self.warm_copy("two")
        [old] = self.keys(folder)
        self.succeed("cache", "warm", OTHER, cache=self.cache / "warm-remove")
        for path in (self.cache / "warm-remove").glob("*.kernels"):
            shutil.copy(path, folder)
        self.age(folder, old)
        [new] = self.keys(folder) - {old}
        return folder, old, new

    def age(self, folder, key):
        """As if it had been made and used 40 days ago."""
        path = folder / f"{key}.kernels"
        data = bytearray(path.read_bytes())
        header = int.from_bytes(data[16:24], "little")
        data[56 + header:64 + header] = (int(time.time()) - 40 * DAY).to_bytes(8, "little")
        path.write_bytes(data)
        os.utime(path, (time.time() - 40 * DAY,) * 2)

    def removed(self, folder, *arguments):
        """What the command says that it removes, which --dry-run says first and leaves."""
        before = program.contents(folder)
        dry = json.loads(self.succeed("cache", *arguments, "--dry-run", "--json", cache=folder))
        self.assertEqual(program.contents(folder), before)
        done = json.loads(self.succeed("cache", *arguments, "--json", cache=folder))
        self.assertEqual((dry.pop("dry_run"), done.pop("dry_run")), (True, False))
        self.assertEqual(dry, done)
        return set(done["keys"])

    def test_rm_by_fields(self):
        folder, old, new = self.two()
        self.assertEqual(self.removed(folder, "rm", "--where", "key=none"), set())
        self.assertEqual(self.removed(folder, "rm", "--where", "kernel=conv2d", "--where", "constant OUT_HEIGHT=7777"), set())
        self.assertEqual(self.keys(folder), {old, new})
        self.assertEqual(self.removed(folder, "rm", "--where", f"key={old}", "--where", "stem=conv2d"), {old})
        self.assertEqual(self.keys(folder), {new})
        self.assertEqual(self.removed(folder, "rm", "--where", "address bits=64"), {new})

    def test_what_was_removed_is_explained(self):
        folder, old, new = self.two()
        self.removed(folder, "rm", "--where", f"key={old}")
        self.assertIn("it was evicted at ", self.succeed("cache", "explain", MODEL, cache=folder))
        self.assertIn("removed by abut cache rm", self.fits(self.succeed("cache", "log", cache=folder)))

    def test_prune_by_age(self):
        folder, old, new = self.two()
        self.assertEqual(self.removed(folder, "prune", "--older", "50d"), set())
        self.assertEqual(self.removed(folder, "prune"), set())
        self.assertEqual(self.removed(folder, "prune", "--older", "30d"), {old})

    def test_prune_by_limit(self):
        folder, old, new = self.two()
        largest = max(entry["bytes"] for entry in self.entries(folder))
        self.assertEqual(self.removed(folder, "prune", "--cache-limit", str(int(largest / 0.85))), {old})
        self.assertEqual(self.removed(folder, "prune", "--cache-limit", "1000"), {new})

    def test_what_is_pinned_stays(self):
        folder, old, new = self.two()
        self.report({"schema": "abut.cache/1", "pinned": [old]}, "cache", "pin", MODEL, cache=folder)
        self.assertEqual(self.keys(folder, "--pinned"), {old})
        self.assertEqual(self.removed(folder, "prune", "--cache-limit", "1000"), {new})
        result = self.call("cache", "rm", "--where", f"key={old}", cache=folder)
        self.assertEqual(result.code, 0, result)
        self.assertIn(b"1 are pinned and stay", result.err)
        self.assertEqual(self.keys(folder), {old})
        self.report({"unpinned": [old]}, "cache", "unpin", MODEL, cache=folder)
        self.assertEqual(self.keys(folder, "--pinned"), set())
        self.assertEqual(self.removed(folder, "rm", "--where", f"key={old}"), {old})

    def test_unpin_without_a_model(self):
        folder, old, new = self.two()
        for model in (MODEL, OTHER):
            if model == OTHER:
                self.succeed("cache", "warm", OTHER, cache=folder)
            self.succeed("cache", "pin", model, cache=folder)
        self.assertIn("2 programs of kernels unpinned", self.succeed("cache", "unpin", cache=folder))
        self.assertIn("0 programs of kernels unpinned", self.succeed("cache", "unpin", cache=folder))

    def test_a_model_that_is_not_whole_is_not_pinned(self):
        folder = self.warm_copy("part")
        self.refuse(1, ["of the 13 kernels", "nothing was pinned", "abut cache warm"], "cache", "pin", OTHER, cache=folder)

    def test_a_newer_format_is_left_alone(self):
        folder, old, new = self.two()
        path = folder / f"{old}.kernels"
        data = path.read_bytes()
        path.write_bytes(data[:8] + bytes([99]) + data[9:])
        os.utime(path, (time.time() - 40 * DAY,) * 2)
        for arguments in (("rm", "--where", f"key={old}"), ("rm", "--where", "state=newer"), ("prune", "--older", "1d"),
                          ("prune", "--cache-limit", "1")):
            self.assertNotIn(old, self.removed(folder, *arguments))
        self.assertTrue(path.exists())
        self.assertIn("of a newer version", self.fits(self.succeed("cache", "ls", cache=folder)))

    def test_usage(self):
        folder, old, new = self.two()
        self.refuse(2, ["--where"], "cache", "rm", cache=folder)
        for text in ("kernel", "=conv2d", "kernel="):
            self.refuse(2, ["--where", "FIELD=VALUE"], "cache", "rm", "--where", text, cache=folder)
        self.refuse(1, ["colour", "driver version"], "cache", "rm", "--where", "kernel=conv2d", "--where", "colour=red", cache=folder)
        self.refuse(2, ["--older"], "cache", "prune", "--older", "soon", cache=folder)
        self.assertEqual(self.keys(folder), {old, new})


if __name__ == "__main__":
    program.main()
