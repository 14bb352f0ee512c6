# SPDX-License-Identifier: Apache-2.0
"""`abut cache bisect`: programs of kernels that a driver compiled wrong, each with its control."""
import os
import subprocess

import cache_files
import models
import program

MODEL = "model.onnx"
WRONG = {"key": str, "kernel": "conv2d", "entry": str, "concat": "slices", "step": str, "steps": int, "value": str,
         "wrong_elements": int, "element": [int], "found": float, "expected": float, "difference": float, "outside": None,
         "right_when_compiled_anew": True}

FAULT = ("conv2d", "EPILOGUE_BODY return (x0);", "EPILOGUE_BODY return (x0 + (VALUE)(0.5f));")


class Bisect(cache_files.CacheLine):
    def setUp(self):
        super().setUp()
        self.write(MODEL, models.sound())

    def warmed(self, name):
        folder = self.folder / name
        self.succeed("cache", "warm", MODEL, cache=folder)
        return folder

    def plant(self, folder, stem, text, wrong):
        """Compiles a kernel of a program anew with another text, and stores it as the sound one; its entry point."""
        command = [self.helpers / "abut_plant_fault", folder, stem, text, wrong]
        done = subprocess.run(command, env={**os.environ, "POCL_CACHE_DIR": str(self.cache / "pocl")}, capture_output=True,
                              check=False, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def test_a_wrong_binary_is_found(self):
        folder = self.warmed("wrong")
        self.assertIn("all are right", self.fits(self.succeed("cache", "bisect", MODEL, cache=folder)))
        kernel = self.plant(folder, *FAULT)
        self.assertEqual(self.succeed("cache", "verify", cache=folder).split(", ")[1], "0 damaged\n", "checksums hold")
        report = self.report({"model": MODEL, "compared": [{"concat": "slices", "steps": int, "kernels": int}], "wrong": [WRONG]},
                             "cache", "bisect", MODEL, cache=folder, code=1)
        [wrong] = report["wrong"]
        self.assertEqual(f"{wrong['kernel']}_{wrong['key']}", kernel)
        self.assertIn(wrong["entry"], self.keys(folder))
        self.assertAlmostEqual(wrong["difference"], 0.5, 2)
        tolerant = self.report({"wrong": list}, "cache", "bisect", MODEL, "--atol", "0.6", cache=folder)
        self.assertEqual(tolerant["wrong"], [])

    def test_an_overlay_is_looked_at_and_advice_helps(self):
        overlay, own = self.warmed("overlay"), self.folder / "own"
        kernel = self.plant(overlay, *FAULT)
        result = self.call("cache", "bisect", MODEL, "--cache-overlay", str(overlay), cache=own)
        self.assertEqual(result.code, 1, result)
        text = " ".join(self.fits(result.out).split())
        [key] = self.keys(overlay, "--kernel", "conv2d")
        for part in (kernel, "expected", "compiled anew it is right", f"abut cache rm --where key={key}"):
            self.assertIn(part, text)
        self.succeed("cache", "rm", "--where", f"key={key}", cache=overlay)
        self.succeed("cache", "bisect", MODEL, "--cache-overlay", str(overlay), cache=own)

    def test_a_kernel_that_ends_the_process_is_named(self):
        folder = self.warmed("crash")
        head = "TILE(PARAMETERS, const long tile) {"
        kernel = self.plant(folder, "conv2d", head, f"{head} *(volatile __global int*)8 = 1;")
        result = self.call("cache", "bisect", MODEL, cache=folder)
        self.no_findings(program.findings_of_error(result, 1, [f"kernel {kernel} ended the process in step",
                                                               f"abut cache ban {kernel.split('_')[-1]}"]), result)

    def test_usage(self):
        self.refuse(2, ["MODEL"], "cache", "bisect")
        self.refuse(2, ["--cache DIR"], "cache", "bisect", MODEL, cache="off")
        self.refuse(2, ["--rtol"], "cache", "bisect", MODEL, "--rtol", "-1")
        self.refuse(3, ["nowhere.onnx"], "cache", "bisect", "nowhere.onnx")


if __name__ == "__main__":
    program.main()
