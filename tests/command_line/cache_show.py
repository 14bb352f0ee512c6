# SPDX-License-Identifier: Apache-2.0
"""`abut cache show`: the key document, constants, source, log and machine code of a program or of one variant."""
import json
import re

import program
from cache_files import MODEL, CacheLine

SHOWN = {"schema": "abut.cache/1", "key": str, "binary_offset": int, "created": str, "version": str, "compile_ms": float,
         "identity": str, "log": str, "kernels": [{"name": str, "key": str, "document": str, "guard": str}]}


class Show(CacheLine):
    def setUp(self):
        super().setUp()
        self.kernels = self.warm_copy("shown")
        [entry] = self.entries(self.kernels, "--variants")
        self.key = entry["key"]
        self.variant = next(kernel["key"] for kernel in entry["kernels"] if kernel["kernel"] == "conv2d")

    def show(self, *arguments, **environment):
        return self.succeed("cache", "show", *arguments, cache=self.kernels, **environment)

    def test_a_program(self):
        text = self.fits(self.show(self.key))
        for part in ("driver version = ", "compiler's log", "parameter x guard = 4", "KERNEL_HEIGHT = 3", "a pointer x, long x_offset",
                     "its compiler does not tell", "used     0 times", "by Abut 0.1.0 in "):
            self.assertIn(part, text)
        report = self.report(SHOWN, "cache", "show", self.key, cache=self.kernels)
        self.assertEqual(len(report["kernels"]), 13)
        self.assertEqual(report["binary_offset"] % 64, 0)
        data = (self.kernels / f"{self.key}.kernels").read_bytes()
        self.assertEqual(len(data), report["binary_offset"] + report["binary_bytes"] + 16)

    def test_a_variant(self):
        for key in (self.variant, self.variant[:8], f"conv2d_{self.variant}"):
            report = self.report(SHOWN, "cache", "show", key, cache=self.kernels)
            self.assertEqual([kernel["key"] for kernel in report["kernels"]], [self.variant])
        self.assertLess(len(self.show(self.variant)), len(self.show(self.key)))

    def test_source(self):
        source = self.show(self.key, "--source")
        self.assertIn(f"conv2d_{self.variant}", source)
        self.assertIn("#define KERNEL_HEIGHT 3", source)
        report = self.report({**SHOWN, "source": str}, "cache", "show", self.key, "--source", cache=self.kernels)
        self.assertEqual(report["source"] + "\n", source)

    def test_machine_code(self):
        text = self.show(self.variant, "--asm")
        self.assertRegex(text, r"file format elf64")
        self.assertIn(f"{self.variant}", text)
        self.assertGreater(len(re.findall(r"(?m)^ +[0-9a-f]+:\t", text)), 100)
        self.assertNotIn("/tmp/", text)
        self.assertIn("asm", json.loads(self.show(self.variant, "--asm", "--json")))

    def test_machine_code_without_the_tool(self):
        words = ["objdump was not found", "binutils"]
        result = self.call("cache", "show", self.variant, "--asm", cache=self.kernels, PATH=str(self.folder))
        self.no_findings(program.findings_of_error(result, 1, words), result)

    def test_an_architecture(self):
        """CUDA's compiler tells of registers; a cubin is for nvdisasm, which is rarely there."""
        folder = self.folder / "cuda"
        made = self.call("cache", "warm", MODEL, "--arch", "sm_90a", cache=folder)
        if b"NVRTC was not found" in made.err:
            self.skipTest("no NVRTC is here")
        [entry] = self.entries(folder)
        report = self.report({**SHOWN, "kernels": [{"resources": {"registers": int, "shared_bytes": int, "spill_bytes": int}}]}, "cache",
                             "show", entry["key"], cache=folder)
        self.assertTrue(all(kernel["resources"]["registers"] > 0 for kernel in report["kernels"]))
        self.assertIn("registers ", self.fits(self.succeed("cache", "show", entry["key"], cache=folder)))
        self.refuse(1, ["nvdisasm was not found", "cuda-nvdisasm"], "cache", "show", entry["key"], "--asm", cache=folder,
                    PATH=str(self.folder))

    def test_a_newer_format(self):
        path = self.kernels / f"{self.key}.kernels"
        data = path.read_bytes()
        path.write_bytes(data[:8] + bytes([99]) + data[9:])
        self.refuse(3, ["of a newer version", "later Abut"], "cache", "show", self.key, cache=self.kernels)

    def test_usage(self):
        self.refuse(2, ["--source", "--asm"], "cache", "show", self.key, "--source", "--asm", cache=self.kernels)
        self.refuse(1, ["abut cache ls", self.key], "cache", "show", self.key + "0", cache=self.kernels)
        self.refuse(1, ["as much of a key"], "cache", "show", "conv2d_", cache=self.kernels)


if __name__ == "__main__":
    program.main()
