# SPDX-License-Identifier: Apache-2.0
"""What variants gain, as `abut cache` shows it: measured numbers that were planted, and variants without any."""
import subprocess

import program
from cache_files import CacheLine

CPU, GPU = "abut.paper/cpu", "abut.paper/gpu"
SAMPLES = 31
VARIANT = {"key": str, "guard": str, "benefit_samples": int, "reason": str}


class Benefit(CacheLine):
    def setUp(self):
        super().setUp()
        self.kernels = self.warm_copy("measured")
        [entry] = self.entries(self.kernels, "--variants")
        self.key = entry["key"]
        self.file = self.kernels / f"{self.key}.benefit"
        convolutions = [kernel["key"] for kernel in entry["kernels"] if kernel["kernel"] == "conv2d"]
        self.fast, self.slow, self.even = convolutions[:3]

    def plant(self, variant, benefit, noise=0.01, device=CPU):
        command = [self.helpers / "abut_plant_benefit", self.kernels, variant, str(benefit), str(noise), str(SAMPLES), device]
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, "1\n"), done.stderr)

    def plant_three(self):
        """One that pays, one that does not, and one that is within noise."""
        self.plant(self.fast, 1.42)
        self.plant(self.slow, 0.8)
        self.plant(self.even, 1.02, noise=0.05)

    def listed(self, *arguments):
        """{key: variant} of `ls --variants`."""
        [entry] = self.entries(self.kernels, "--variants", *arguments)
        return {kernel["key"]: kernel for kernel in entry["kernels"]}

    def rows(self, *arguments):
        """[(row, what stands below it)] of `ls --variants`."""
        _, *lines = self.fits(self.succeed("cache", "ls", "--variants", *arguments, cache=self.kernels)).splitlines()
        return list(zip(lines[::2], lines[1::2]))

    def test_nothing_is_measured_at_first(self):
        """The control of all below: reasons alone."""
        for variant in self.listed().values():
            self.no_findings(program.findings_of_report(variant, {**VARIANT, "benefit": None, "benefit_samples": 0}), variant)
            self.assertRegex(variant["reason"], r"\Ageneric(; .*)?\Z", "cpu/ relies on nothing")
        for row, reason in self.rows():
            self.assertRegex(reason, r"\A  generic(; .*)?\Z", row)
        [entry] = self.entries(self.kernels)
        self.assertEqual((entry["benefit"], entry["benefit_samples"]), (None, 0))
        self.assertEqual(entry["reason"], f"0 of {entry['variants']} variants rely on guards")
        self.assertRegex(self.fits(self.succeed("cache", "ls", cache=self.kernels)), r"benefit\n.* generic\n")
        self.report({"measured": 0, "unpaid": 0}, "cache", "stats", cache=self.kernels)

    def test_listed(self):
        self.plant_three()
        listed = self.listed()
        self.assertEqual([listed[key]["benefit"] for key in (self.fast, self.slow, self.even)], [1.42, 0.8, 1.02])
        self.assertEqual({variant["benefit_samples"] for variant in listed.values()}, {0, SAMPLES})
        below = {row[:12]: text for row, text in self.rows()}
        self.assertEqual(below[self.fast[:12]][:29], "  1.42x (31 samples): generic")
        self.assertEqual(len([text for text in below.values() if "samples" in text]), 3)
        [entry] = self.entries(self.kernels)
        self.assertAlmostEqual(entry["benefit"], (1.42 * 0.8 * 1.02) ** (1 / 3))
        self.assertEqual(entry["benefit_samples"], 3 * SAMPLES)
        self.assertRegex(self.fits(self.succeed("cache", "ls", cache=self.kernels)), r" 1\.05x\n")

    def test_sorted(self):
        self.plant_three()
        last = [row.split()[0] for row, _ in self.rows("--sort", "benefit")][-3:]
        self.assertEqual(last, [key[:12] for key in (self.slow, self.even, self.fast)])
        other = self.folder / "measured" / ("0" * 32 + ".kernels")
        other.write_bytes((self.kernels / f"{self.key}.kernels").read_bytes())
        keys = [entry["key"] for entry in self.entries(self.kernels, "--sort", "benefit")]
        self.assertEqual(keys, ["0" * 32, self.key], "what is not measured comes first")

    def test_filtered(self):
        self.plant_three()
        for state, wanted in ("paid", {self.fast}), ("unpaid", {self.slow, self.even}):
            self.assertEqual({row.split()[0] for row, _ in self.rows("--benefit", state)}, {key[:12] for key in wanted})
            self.assertEqual(self.keys(self.kernels, "--benefit", state), {self.key})
        self.assertEqual(len(self.rows("--benefit", "none")), len(self.rows()) - 3)
        self.plant(self.fast, 0.5)
        self.assertEqual(self.keys(self.kernels, "--benefit", "paid"), set())
        self.refuse(2, ["--benefit", "unpaid"], "cache", "ls", "--benefit", "much")

    def test_shown(self):
        self.plant(self.fast, 1.1, device=GPU)
        self.plant(self.fast, 1.42)
        text = " ".join(self.fits(self.succeed("cache", "show", self.fast, cache=self.kernels)).split())
        self.assertIn("reason: generic; ", text)
        self.assertRegex(text, rf"benefit: 1\.42x \(31 samples, noise 1\.0 %\) on {CPU} of 8 units, 20\d\d-.* benefit: 1\.10x .* on {GPU}")
        [kernel] = self.report({"kernels": [{**VARIANT, "benefit": 1.42, "benefit_samples": SAMPLES}]}, "cache", "show", self.fast,
                               cache=self.kernels)["kernels"]
        self.assertEqual([(each["device"], each["benefit"], each["pays"]) for each in kernel["measured"]],
                         [(CPU, 1.42, True), (GPU, 1.1, True)])
        [slow] = self.report({"kernels": [{**VARIANT, "benefit": None}]}, "cache", "show", self.slow, cache=self.kernels)["kernels"]
        self.assertEqual(slow["measured"], [])
        self.assertNotIn("benefit:", self.succeed("cache", "show", self.slow, cache=self.kernels))

    def test_counted(self):
        """Never paid: on no device that was measured."""
        self.plant_three()
        self.report({"measured": 3, "unpaid": 2}, "cache", "stats", cache=self.kernels)
        self.assertIn("measured       3 variants, of which 2 never paid\n", self.fits(self.succeed("cache", "stats", cache=self.kernels)))
        self.plant(self.slow, 1.3, device=GPU)
        self.report({"measured": 3, "unpaid": 1}, "cache", "stats", cache=self.kernels)

    def test_damaged(self):
        self.plant_three()
        self.report({"damaged": list, "damaged_benefits": list}, "cache", "verify", cache=self.kernels)
        data = bytearray(self.file.read_bytes())
        data[-20] ^= 1
        self.file.write_bytes(data)
        self.assertEqual({variant["benefit"] for variant in self.listed().values()}, {None})
        result = self.call("cache", "verify", cache=self.kernels)
        self.assertEqual(result.code, 1, result)
        self.assertIn(f"{self.key}  what variants gain is damaged there: `abut tune`", result.out)
        self.assertIn("1 programs of kernels, 0 damaged", result.out)
        report = self.report({"damaged_benefits": [self.key]}, "cache", "verify", cache=self.kernels, code=1)
        self.assertEqual(report["damaged"], [])
        self.plant_three()
        self.succeed("cache", "verify", cache=self.kernels)

    def test_gone_with_its_program(self):
        self.plant(self.fast, 1.42)
        self.succeed("cache", "export", "all.bundle", cache=self.kernels)
        self.succeed("cache", "rm", "--where", f"key={self.key}", cache=self.kernels)
        self.assertFalse(self.file.exists())
        self.succeed("cache", "import", "all.bundle", cache=self.kernels)
        self.assertEqual({variant["benefit"] for variant in self.listed().values()}, {None}, "a bundle has no measurements")

    def test_no_run_reads_it(self):
        """What is no file at all would be an error for who reads it."""
        self.file.mkdir(mode=0o700)
        result = self.call("cache", "warm", "zoo:densenet-bc:depth=10,growth=4,size=8", "--cache-mode", "require", cache=self.kernels)
        self.assertEqual((result.code, result.err), (0, b""), result)
        self.assertEqual(self.call("cache", "verify", cache=self.kernels).code, 1, "the control: this one reads it")


if __name__ == "__main__":
    program.main()
