# SPDX-License-Identifier: Apache-2.0
"""`abut cache ban` and `unban`: a variant that nobody loads or builds, and what serves in its place."""
import cache_files
import program

MODEL = cache_files.MODEL
BANNED = {"schema": "abut.cache/1", "cache": str, "key": str, "kernel": str, "banned": True}


class Ban(cache_files.CacheLine):
    def variant(self, folder, stem):
        [entry, *_] = self.report({"entries": [{"kernels": [{"key": str, "kernel": str}]}]}, "cache", "ls", "--variants",
                                  "--kernel", stem, cache=folder)["entries"]
        return next(kernel["key"] for kernel in entry["kernels"] if kernel["kernel"] == stem)

    def events(self, folder):
        return [(event["event"], event["key"]) for event in
                self.report({"events": list}, "cache", "log", cache=folder)["events"] if event["event"] in ("ban", "unban")]

    def test_a_banned_variant_is_used_by_nobody(self):
        """A kernel for CPUs is its own weakest variant: what needs it fails, in each mode and behind an overlay."""
        folder, own = self.warm_copy("banned"), self.folder / "own"
        key = self.variant(folder, "dense")
        self.report({**BANNED, "key": key, "kernel": "dense"}, "cache", "ban", key[:16], cache=folder)
        words = [f"kernel dense_{key} is banned", f"abut cache unban {key}"]
        for mode in "use", "read-only", "require":
            self.refuse(1, words, "run", MODEL, "--cache-mode", mode, cache=folder)
        self.refuse(1, words, "cache", "warm", MODEL, cache=folder)
        result = self.call("run", MODEL, "--cache-overlay", str(folder), cache=own)
        self.no_findings(program.findings_of_error(result, 1, words), result)
        listed = self.report({"banned": [{"key": key, "kernel": "dense", "since": str}]}, "cache", "ls", cache=folder)
        self.assertEqual(len(listed["banned"]), 1)
        self.assertRegex(self.fits(self.succeed("cache", "ls", cache=folder)), f"(?m)^banned for .*: dense_{key}$")
        self.assertIn("not banned any more", self.fits(self.succeed("cache", "unban", key[:8], cache=folder)))
        self.assertEqual(self.events(folder), [("ban", key), ("unban", key)])
        self.assertEqual(self.report({"banned": list}, "cache", "ls", cache=folder)["banned"], [])
        self.succeed("run", MODEL, "--cache-mode", "require", cache=folder)

    def test_a_variant_that_no_program_has(self):
        folder = self.folder / "empty"
        key = "0123456789abcdef" * 2
        self.report({**BANNED, "key": key, "kernel": ""}, "cache", "ban", key, cache=folder)
        self.report({**BANNED, "key": key[::-1], "kernel": "conv2d"}, "cache", "ban", f"conv2d_{key[::-1]}", cache=folder)
        self.assertIn(f"conv2d_{key[::-1]}", self.succeed("cache", "ls", cache=folder))
        self.assertEqual(len(list(folder.glob("*.banned"))), 2)

    def test_keys_that_name_no_variant(self):
        folder = self.warm_copy("keys")
        [entry, *_] = self.keys(folder, "--kernel", "conv2d")
        self.refuse(1, ["that of a program of", "abut cache ls --variants"], "cache", "ban", entry, cache=folder)
        self.refuse(1, ["abut cache ls", "the nearest are"], "cache", "ban", "x" + entry[1:], cache=folder)
        self.refuse(1, ["no variant is banned"], "cache", "unban", entry, cache=folder)
        key = self.variant(folder, "dense")
        self.succeed("cache", "ban", f"dense_{key}", cache=folder)
        self.refuse(1, [key, "found 0"], "cache", "unban", "x", cache=folder)
        for command in "ban", "unban":
            self.refuse(2, ["KEY"], "cache", command)
            self.refuse(2, ["--cache DIR"], "cache", command, key, cache="off")


if __name__ == "__main__":
    program.main()
