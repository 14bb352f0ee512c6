# SPDX-License-Identifier: Apache-2.0
"""Kernels compiled ahead of time for a GPU that is not here, and bundles of them."""
import json
import shutil
import time

import models
import program

SMALL = "zoo:densenet-bc:depth=10,growth=4,size=8"
ARCH = ["--device", "cuda", "--arch", "sm_90a"]


class Cache(program.CommandLine):
    def read(self, *arguments):
        """The JSON of a call that must succeed."""
        result = self.call(*arguments, "--json", cache="kernels")
        self.no_findings(program.findings_of_end(result), result)
        self.assertEqual(result.code, 0, result)
        return json.loads(result.out)

    def warm(self):
        result = self.call("cache", "warm", SMALL, *ARCH, cache="kernels")
        if b"NVRTC was not found" in result.err:
            self.skipTest("CUDA's compiler is not installed (scripts/setup-nvrtc)")
        self.assertEqual(result.code, 0, result)

    def test_the_second_time_compiles_nothing(self):
        self.warm()
        [again] = self.read("cache", "warm", SMALL, *ARCH)["warmed"]
        self.assertEqual(again["compiled"], 0)
        self.assertGreater(again["kernels"], 3)
        self.assertEqual(again["loaded"], again["kernels"])

    def test_lists_what_is_there(self):
        self.assertEqual(self.read("cache", "ls")["entries"], [])
        self.warm()
        [entry] = self.read("cache", "ls")["entries"]
        self.assertEqual(entry["device"], "sm_90a")
        self.assertIn("conv2d", entry["kernel"])
        created = time.mktime(time.strptime(entry["created"], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
        self.assertLess(abs(created - time.time()), 600)

    def test_a_bundle_moves_to_another_cache(self):
        self.warm()
        self.assertEqual(self.read("cache", "export", "kernels.bundle")["exported"], 1)
        shutil.rmtree(self.folder / "kernels")
        self.assertEqual(self.read("cache", "import", "kernels.bundle")["imported"], 1)
        again = self.read("cache", "import", "kernels.bundle")
        self.assertEqual((again["imported"], again["present"]), (0, 1))
        [warmed] = self.read("cache", "warm", SMALL, *ARCH)["warmed"]
        self.assertEqual(warmed["compiled"], 0)

    def test_bundles_that_are_no_good(self):
        self.warm()
        self.read("cache", "export", "kernels.bundle")
        sound = (self.folder / "kernels.bundle").read_bytes()
        shutil.rmtree(self.folder / "kernels")
        middle = len(sound) // 2
        damaged = [b"", sound[:7], sound[:middle], sound + b"x", b"X" + sound[1:],
                   sound[:middle] + bytes([sound[middle] ^ 1]) + sound[middle + 1:]]
        for number, content in enumerate(damaged):
            (self.folder / f"{number}.bundle").write_bytes(content)
            result = self.call("cache", "import", f"{number}.bundle", cache="kernels")
            self.no_findings(program.findings_of_error(result, 3, [f"{number}.bundle"]), result)
            self.assertFalse((self.folder / "kernels").exists())

    def test_files_that_are_no_bundle(self):
        self.write("text", b"hello, world\n" * 100)
        self.write("model", models.sound())
        self.write("empty", b"")
        for name, words in (("text", "expected a bundle"), ("model", "expected a bundle"), ("empty", "empty"),
                            ("nowhere.bundle", "no such file"), (".", "directory"), ("/dev/zero", "2 GB")):
            self.refuse(3, [name, words], "cache", "import", name, cache=self.folder / "kernels")
        self.refuse(3, ["nowhere"], "cache", "export", "nowhere/all.bundle")

    def test_a_run_finds_what_was_warmed(self):
        """Also without a compiler of CUDA: for an OpenCL device."""
        [first] = self.read("cache", "warm", SMALL)["warmed"]
        self.assertEqual(first["compiled"], first["kernels"])
        [result] = self.read("bench", SMALL, "--runs", "1")["results"]
        self.assertEqual(result["cache"], "warm")

    def test_an_architecture_is_that_of_its_devices(self):
        self.warm()
        for selector in (["--arch", "sm_90"], ["--device", "cuda:sm_90a"]):
            [again] = self.read("cache", "warm", SMALL, *selector)["warmed"]
            self.assertEqual(again["compiled"], 0)
        slices, copies = self.read("cache", "warm", SMALL, *ARCH, "--concat", "both")["warmed"]
        self.assertEqual((slices["concat"], slices["compiled"], copies["concat"]), ("slices", 0, "copies"))
        self.assertGreater(copies["compiled"], 0)

    def test_usage(self):
        self.refuse(2, ["command of cache", "warm, export, import, ls"], "cache", cache="")
        for arguments in ("warm", SMALL), ("export", "all.bundle"), ("import", "all.bundle"), ("ls",):
            self.refuse(2, ["--cache DIR"], "cache", *arguments, cache="off")
        for command, option in ("warm", "MODEL"), ("export", "FILE"), ("import", "FILE"):
            self.refuse(2, [option], "cache", command)

    def test_architectures_and_devices_that_are_no_good(self):
        for words, arguments in ((["--arch", "--device"], ["--arch", "sm_90", "--device", "opencl:1"]),
                                 (["sm_x"], ["--arch", "sm_x"])):
            result = self.call("cache", "warm", SMALL, *arguments, cache="kernels")
            self.no_findings(program.findings_of_error(result, 2, words), result)
        result = self.call("cache", "warm", SMALL, "--arch", "sm_90a", cache="kernels", ABUT_NVRTC="/nowhere.so")
        self.no_findings(program.findings_of_error(result, 1, ["NVRTC", "/nowhere.so"]), result)
        result = self.call("run", SMALL, "--device", "cuda:0", cache="kernels", ABUT_CUDA_DRIVER="/nowhere.so")
        self.no_findings(program.findings_of_error(result, 1, ["cuda:0", "/nowhere.so"]), result)


if __name__ == "__main__":
    program.main()
