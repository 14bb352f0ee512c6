# SPDX-License-Identifier: Apache-2.0
"""Places that can't be written: nothing is half-written, nothing is left behind."""
import os

import models
import program

FILE = "model.onnx"
SMALL = "densenet-bc:depth=10,growth=4,size=8"


class Places(program.CommandLine):
    def setUp(self):
        super().setUp()
        self.write(FILE, models.sound())

    def test_output_directory(self):
        """Root may write below any directory, so places that are none stand for those without permission."""
        for place in (f"{FILE}/out", FILE, "/proc/out", "/dev/null/out", "n" * 5000, ""):
            words = ["--output-dir", place[:100]]
            self.refuse(3 if place else 2, words[:1] if not place else words, "run", FILE, "--output-dir", place)

    def test_output_directory_without_permission(self):
        if os.geteuid() == 0:
            self.skipTest("root may write anywhere")
        (self.folder / "closed").mkdir(mode=0o500)
        self.refuse(3, ["--output-dir", "closed"], "run", FILE, "--output-dir", "closed/out")
        self.refuse(3, ["closed"], "run", FILE, "--output-dir", "closed")

    def test_output_that_can_not_be_replaced(self):
        (self.folder / "out/joined_0_out.npy").mkdir(parents=True)
        self.refuse(3, ["joined_0_out.npy"], "run", FILE, "--output-dir", "out")

    def test_no_directory_is_left_by_a_failure(self):
        away = {"OCL_ICD_VENDORS": str(self.folder)}
        self.refuse(1, ["OpenCL"], "run", FILE, "--output-dir", "out", **away)
        self.refuse(1, [FILE, "too large"], "run", FILE, "--output-dir", "out", "--shape", "x=1x3x1000000x1000000")
        self.refuse(3, ["nowhere.npy"], "run", FILE, "--output-dir", "out", "--input", "x=nowhere.npy")

    def test_zoo_write(self):
        (self.folder / "folder").mkdir()
        for place in (f"{FILE}/a.onnx", "nowhere/a.onnx", "folder", "/dev/null", "/proc/a.onnx", "n" * 5000):
            self.refuse(3, [place[:100]], "zoo", "write", SMALL, "-o", place)

    def test_standard_output(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = self.call("plan", FILE, stdout=full)
        self.no_findings(program.findings_of_error(result, 3, ["standard output"]), result)

    def test_cache(self):
        """A cache that can't be kept is worth a note: the result is there all the same."""
        for place in (f"{FILE}/cache", "/proc/cache", "/dev/null"):
            result = self.call("run", FILE, cache=place)
            self.no_findings(program.findings_of_end(result), result)
            self.assertEqual(result.code, 0, result)

    def test_cache_that_is_no_place(self):
        self.refuse(2, ["--cache", "a directory, redis://HOST or off"], "plan", FILE, "--cache", "", cache="")
        form = "redis://[USER@]HOST[:PORT][/DATABASE]"
        for place in ("https://example.org", "redis://", "redis://host:port", "rediss://host/x", "redis://host\n", "://"):
            self.refuse(2, ["--cache", form], "plan", FILE, "--cache", place, "--cache-key", "key", cache="")

    def test_cache_with_a_secret_in_sight(self):
        error = self.refuse(2, ["--cache", "a URL with a password", "in a file"], "plan", FILE, "--cache",
                            "redis://ci:sesame@host", "--cache-key", "key", cache="")
        self.assertNotIn("sesame", error)

    def test_cache_with_half_of_its_options(self):
        self.refuse(2, ["--cache redis://host", "--cache-key FILE"], "plan", FILE, "--cache", "redis://host", cache="")
        self.refuse(2, ["--cache-key", "--cache redis://HOST"], "plan", FILE, "--cache-key", "key")
        self.refuse(2, ["--cache-dir", "two directories"], "plan", FILE, "--cache-dir", "elsewhere")


if __name__ == "__main__":
    program.main()
