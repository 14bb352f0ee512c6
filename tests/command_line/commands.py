# SPDX-License-Identifier: Apache-2.0
"""What needs no model: help, devices, the zoo, and command lines that make no sense."""
import models
import program

NETWORK = {"name": str, "nodes": int, "concats": int, "parameters": int, "description": str, "arguments": dict}
DEVICE = {"selector": str, "name": str, "cpu": bool, "compute_units": int, "memory_bytes": int, "max_allocation_bytes": int}
SMALL = "densenet-bc:depth=10,growth=4,size=8"


class Help(program.CommandLine):
    def test_version(self):
        self.assertRegex(self.succeed("--version"), r"\Aabut \d+\.\d+\.\d+\n\Z")

    def test_help_names_every_command(self):
        text = self.succeed("--help")
        for command in ("run", "verify", "plan", "bench", "tune", "zoo", "cache", "devices"):
            self.assertIn(command, text)
            self.assertIn("--json", self.succeed(*{"zoo": ["zoo", "list"], "cache": ["cache", "ls"]}.get(command, [command]), "--help"))

    def test_options_with_one_value_each_time(self):
        """An option that may be repeated takes one value after each flag: the help may not suggest more."""
        for command in ("run", "plan", "bench"):
            text = self.succeed(command, "--help")
            self.assertIn("--place TEXT (one each time)", text)
            self.assertNotIn("TEXT ...", text.replace("MODEL TEXT ...", ""))

    def test_counts_in_the_head_of_a_plan(self):
        self.write("model.onnx", models.sound())
        self.assertRegex(self.succeed("plan", "model.onnx"), r"\Amodel.onnx: 1 concat, [^1]")


class Devices(program.CommandLine):
    def test_json(self):
        report = self.report({"schema": "abut.devices/1", "devices": [DEVICE]}, "devices")
        selectors = [device["selector"] for device in report["devices"]]
        of_cuda = sum(selector.startswith("cuda:") for selector in selectors)
        self.assertEqual(selectors, [f"opencl:{index}" for index in range(len(selectors) - of_cuda)] +
                         [f"cuda:{index}" for index in range(of_cuda)])

    def test_table(self):
        self.assertIn("opencl:0", self.succeed("devices"))

    def test_none(self):
        away = {"OCL_ICD_VENDORS": str(self.folder)}
        self.assertIn("no OpenCL device", self.succeed("devices", **away))
        self.refuse(1, ["OpenCL", "platform"], "run", f"zoo:{SMALL}", **away)
        self.refuse(1, ["OpenCL", "platform"], "bench", f"zoo:{SMALL}", **away)
        models.write_case(self.folder / "case", models.sound(), models.sound_input(), [])
        self.refuse(1, ["OpenCL", "platform"], "verify", "case", **away)

    def test_unknown(self):
        self.refuse(1, ["opencl:99", "opencl:0"], "run", f"zoo:{SMALL}", "--device", "opencl:99")
        for selector in ("opencl:", "opencl:x", "opencl:-1", "vulkan:0", ""):
            self.refuse(2, [f"'{selector}'", "opencl:K"], "run", f"zoo:{SMALL}", "--device", selector)

    def test_plan_refuses_what_run_refuses(self):
        """A device that is named has to be there; a plan alone needs none."""
        none = {"OCL_ICD_VENDORS": str(self.folder)}
        for options in ((), ("--support",)):
            self.refuse(1, ["opencl:99", "opencl:0"], "plan", f"zoo:{SMALL}", "--device", "opencl:99", *options)
            self.refuse(2, ["'bogus'", "opencl:K"], "plan", f"zoo:{SMALL}", "--device", "bogus", *options)
        self.refuse(1, ["OpenCL"], "plan", f"zoo:{SMALL}", "--device", "opencl:0", **none)
        self.succeed("plan", f"zoo:{SMALL}", **none)

    def test_no_cuda(self):
        for driver, words in (("libcuda-that-is-nowhere.so.1", ["was not found", "NVIDIA's driver"]), ("libm.so.6", ["too old", "cuInit"])):
            for command in ("run", "bench"):
                self.refuse(1, ["cuda:0", *words], command, "zoo:squeezenet", "--device", "cuda:0", ABUT_CUDA_DRIVER=driver)


class Zoo(program.CommandLine):
    def test_list(self):
        report = self.report({"schema": "abut.zoo/1", "networks": [NETWORK]}, "zoo", "list")
        names = [network["name"] for network in report["networks"]]
        self.assertIn("densenet121", names)
        table = self.succeed("zoo", "list")
        for name in names:
            self.assertIn(name, table)

    def test_write(self):
        self.report({"schema": "abut.zoo/1", "network": SMALL, "file": "a.onnx"}, "zoo", "write", SMALL, "-o", "a.onnx")
        self.assertEqual(self.succeed("zoo", "write", SMALL, "--output", "b.onnx", "--seed", "0"), "")
        self.succeed("zoo", "write", f"zoo:{SMALL}", "-o", "c.onnx", "--seed", "1")
        self.succeed("zoo", "write", SMALL, "-o", "d.onnx", "--batch", "2")
        files = [(self.folder / f"{name}.onnx").read_bytes() for name in "abcd"]
        self.assertEqual(files[0], files[1])
        self.assertEqual(len(set(files)), 3)
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"a.onnx", "b.onnx", "c.onnx", "d.onnx"})

    def test_unknown_network_and_argument(self):
        self.refuse(2, ["nonsense", "densenet121"], "run", "zoo:nonsense")
        self.refuse(2, ["nonsense", "densenet121"], "zoo", "write", "nonsense", "-o", "a.onnx")
        self.refuse(2, ["densenet-bc", "nonsense", "growth"], "plan", "zoo:densenet-bc:nonsense=1")
        self.refuse(2, ["densenet-bc", "KEY=INTEGER", "growth"], "plan", "zoo:densenet-bc:growth")
        self.refuse(2, ["zoo:"], "plan", "zoo:")

    def test_argument_out_of_range(self):
        for setting in ("growth=0", "growth=-1", "size=5000", "depth=99999999999", "batch=0"):
            self.refuse(2, ["densenet-bc", setting, "expected"], "plan", f"zoo:densenet-bc:{setting}")
        self.refuse(2, ["growth", "99999999999999999999"], "plan", "zoo:densenet-bc:growth=99999999999999999999")
        self.refuse(2, ["--batch"], "zoo", "write", SMALL, "-o", "a.onnx", "--batch", "0")
        self.refuse(2, ["batch", "4096"], "zoo", "write", SMALL, "-o", "a.onnx", "--batch", "5000")
        self.refuse(2, ["--seed"], "zoo", "write", SMALL, "-o", "a.onnx", "--seed", "x")

    def test_shape_is_for_files(self):
        self.refuse(2, ["--shape", "zoo"], "run", f"zoo:{SMALL}", "--shape", "x=1x3x8x8")


class Usage(program.CommandLine):
    def test_no_command(self):
        self.refuse(2, ["command", "run, verify, plan, bench, tune, devices, zoo, cache"])
        self.refuse(2, ["command of zoo", "list, write"], "zoo", cache="")

    def test_unknown_command_and_option(self):
        self.refuse(2, ["nonsense"], "nonsense")
        self.refuse(2, ["nonsense"], "zoo", "nonsense")
        self.refuse(2, ["--nonsense"], "devices", "--nonsense")
        self.refuse(2, ["--runs"], "run", "model.onnx", "--runs", "3")

    def test_missing_arguments(self):
        for command in ("run", "plan", "bench"):
            self.refuse(2, ["MODEL"], command)
        self.refuse(2, ["DIR"], "verify")
        self.refuse(2, ["NAME"], "zoo", "write", "-o", "a.onnx")
        self.refuse(2, ["--output"], "zoo", "write", SMALL)
        for option, *arguments in (("MODEL", "run", ""), ("DIR", "verify", ""), ("--output", "zoo", "write", SMALL, "-o", ""),
                                   ("--output-dir", "run", "model.onnx", "--output-dir", "")):
            self.refuse(2, [option, "nothing"], *arguments)

    def test_values_of_options(self):
        self.refuse(2, ["--concat", "sideways", "slices"], "run", "model.onnx", "--concat", "sideways")
        self.refuse(2, ["--concat", "both"], "run", "model.onnx", "--concat", "both")
        for runs in ("0", "-1", "many", "99999999999999999999"):
            self.refuse(2, ["--runs"], "bench", "model.onnx", "--runs", runs)
        for threads in ("0", "-3", "two"):
            self.refuse(2, ["--threads"], "run", "model.onnx", "--threads", threads)
        for number in ("-1", "nan", "inf", "1e", ""):
            self.refuse(2, ["--rtol"], "verify", ".", "--rtol", number)
        for limit in ("0", "-1", "much", "99999999999999999999"):
            self.refuse(2, ["--memory-limit"], "plan", "model.onnx", "--memory-limit", limit)

    def test_text_that_is_none(self):
        self.refuse(2, [], b"\xff\x1b[31m\n\xc2\x9b\n")
        self.refuse(2, ["--shape"], "run", "model.onnx", "--shape", b"\xff\n")


if __name__ == "__main__":
    program.main()
