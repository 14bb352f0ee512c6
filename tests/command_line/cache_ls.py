# SPDX-License-Identifier: Apache-2.0
"""`abut cache ls`: what it shows, leaves out and sorts, within 100 columns."""
import os
import shutil
import time

import program
from cache_files import MODEL, CacheLine, rewrite

DAY = 86400
OTHER = "zoo:densenet-bc:depth=10,growth=4,size=9"


class List(CacheLine):
    def two(self):
        """A cache with a program that is old and was used thrice, and one that is new, larger in kernels and never used."""
        folder = self.warm_copy("two")
        self.succeed("cache", "warm", OTHER, cache=self.cache / "warm-other")
        [old] = folder.glob("*.kernels")
        used = folder / f"{old.stem}.used"
        used.write_bytes(b"...")
        self.assertEqual(rewrite(folder, rb"constant STRIDE_ROW=1\n", b"constant STRIDE_ROW=2\n") > 0, True)
        for path in (self.cache / "warm-other").glob("*.kernels"):
            shutil.copy(path, folder)
        for path in (old, used):
            os.utime(path, (time.time() - 40 * DAY,) * 2)
        [new] = self.keys(folder) - {old.stem}
        return folder, old.stem, new

    def test_table(self):
        folder, old, new = self.two()
        text = self.fits(self.succeed("cache", "ls", cache=folder))
        header, *rows = text.splitlines()
        self.assertEqual(header.split(), ["key", "kernels", "guard", "device", "n", "size", "age", "hits", "compile", "benefit"])
        self.assertEqual([row.split()[0] for row in rows], sorted([old[:12], new[:12]]))
        [row] = [row for row in rows if row.startswith(old[:12])]
        self.assertRegex(row, r"  1-16 .* 13 +[\d.]+ [kM]B +\d+ \w+ +3 +\d+\.\d s +generic\Z")

    def test_variants(self):
        folder, old, new = self.two()
        text = self.fits(self.succeed("cache", "ls", "--variants", "--kernel", "conv2d", cache=folder))
        header, *lines = text.splitlines()
        self.assertEqual(header.split(), ["variant", "kernel", "guard", "device", "key", "age", "hits"])
        self.assertEqual({row.split()[1] for row in lines[::2]}, {"conv2d"})
        self.assertTrue(all(reason.startswith("  generic; ") for reason in lines[1::2]), text)
        self.assertIn("x:4 weights:16 y:4", text)
        entries = self.entries(folder, "--variants")
        kernel = {"key": str, "kernel": str, "guard": str}
        for entry in entries:
            self.no_findings(program.findings_of_report(entry["kernels"], [kernel]), entry)
            self.assertEqual(len(entry["kernels"]), entry["variants"])

    def test_filters(self):
        folder, old, new = self.two()
        both = {old, new}
        device = self.entries(folder)[0]["device"]
        for filters, wanted in ((("--kernel", "conv2d"), both), (("--kernel", "conv"), set()), (("--device", device[:5]), both),
                                (("--device", "sm_90a"), set()), (("--older", "0s"), both), (("--older", "500w"), set()),
                                (("--pinned",), set())):
            self.assertEqual(self.keys(folder, *filters), wanted, filters)
        (folder / f"{new}.pinned").touch(mode=0o600)
        self.assertEqual(self.keys(folder, "--pinned"), {new})
        self.assertEqual(self.succeed("cache", "ls", "--kernel", "conv", cache=folder), "no compiled kernels are so\n")

    def test_sorted(self):
        folder, old, new = self.two()
        columns = {"size": "bytes", "hits": "hits", "compile": "compile_ms", "kernel": "kernel", "device": "device", "key": "key"}
        for order, column in columns.items():
            values = [entry[column] for entry in self.entries(folder, "--sort", order)]
            self.assertEqual(values, sorted(values), order)
        created = [entry["created"] for entry in self.entries(folder, "--sort", "age")]
        self.assertEqual(created, sorted(created, reverse=True))
        self.assertEqual([entry["key"] for entry in self.entries(folder, "--sort", "hits")], [new, old])

    def test_usage(self):
        for text in ("", "7", "d", "7y", "-1d", "1.5h", "99999999999d", "7dd"):
            self.refuse(2, ["--older", "7d"], "cache", "ls", "--older", text)
        self.refuse(2, ["--sort", "compile"], "cache", "ls", "--sort", "colour")
        self.refuse(2, ["--kernel"], "cache", "ls", "--kernel", "")

    def test_dir_is_cache(self):
        folder = self.warm_copy("dir")
        listed = self.succeed("cache", "ls", cache=folder)
        self.assertEqual(self.succeed("cache", "ls", "--dir", folder, cache=""), listed)
        self.succeed("run", MODEL, "--dir", folder, "--cache-mode", "require", cache="")
        self.refuse(2, ["--cache"], "cache", "ls", "--dir", "", cache="")


if __name__ == "__main__":
    program.main()
