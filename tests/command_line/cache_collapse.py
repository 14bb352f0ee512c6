# SPDX-License-Identifier: Apache-2.0
"""Classes of variants that have collapsed: who says so, and who goes by it. Kernels of work-groups, none of which is compiled."""
import subprocess

import program
from cache_files import MODEL, CacheLine

CLASS = "gpu/conv2d x 16, y 8"
OTHER = "gpu/pool2d x 16, y 16"
COLLAPSED = {"class": str, "variants": int, "greatest_benefit": float}


class Collapse(CacheLine):
    def setUp(self):
        super().setUp()
        self.kernels = self.folder / "kernels"
        self.kernels.mkdir(mode=0o700)

    def plant(self, name=CLASS):
        done = subprocess.run([self.helpers / "abut_plant_collapse", self.kernels, name], capture_output=True, check=False, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        [file] = self.kernels.glob("*.collapsed")
        return file

    def explain(self, *options):
        return self.report({"missing": list, "collapsed": list}, "cache", "explain", MODEL, "--kernels", "gpu", *options,
                           cache=self.kernels)

    def stems_of_missing(self):
        return sorted(kernel["kernel"] for kernel in self.explain()["missing"])

    def test_explained(self):
        before = self.explain()
        self.assertEqual(before["collapsed"], [])
        self.plant()
        after = self.explain()
        self.no_findings(program.findings_of_report(after["collapsed"], [{**COLLAPSED, "class": CLASS, "kernels": 2}]), after)
        gone = {kernel["kernel"] for kernel in before["missing"]} - {kernel["kernel"] for kernel in after["missing"]}
        self.assertEqual(len(gone), 2)
        text = " ".join(self.fits(self.succeed("cache", "explain", MODEL, "--kernels", "gpu", cache=self.kernels)).split())
        self.assertIn(f"collapsed: {CLASS}: none of 5 variants paid, the best has 0.99x; generic ones serve in their place 2 variants", text)

    def test_only_where_it_was_measured(self):
        before = self.stems_of_missing()
        file = self.plant()
        self.assertNotEqual(self.stems_of_missing(), before)
        cpu = self.report({"collapsed": list}, "cache", "explain", MODEL, cache=self.kernels)
        self.assertEqual(cpu["collapsed"], [], "another family of kernels is another class of device")
        threads = self.explain("--threads", "1")
        self.assertEqual(threads["collapsed"], [], "and so is another number of units")
        file.rename(file.with_stem("0" * 32))
        self.assertEqual(self.stems_of_missing(), before, "a name that is not its own")

    def test_damaged(self):
        before = self.stems_of_missing()
        file = self.plant()
        self.succeed("cache", "verify", cache=self.kernels)
        data = bytearray(file.read_bytes())
        data[-20] ^= 1
        file.write_bytes(data)
        self.assertEqual(self.stems_of_missing(), before)
        result = self.call("cache", "verify", cache=self.kernels)
        self.assertEqual(result.code, 1, result)
        self.assertIn(f"{file.name}  what variants gain is damaged there", result.out)

    def test_listed(self):
        self.assertEqual(self.report({"collapsed": list}, "cache", "ls", cache=self.kernels)["collapsed"], [])
        self.plant(OTHER)
        [listed] = self.report({"collapsed": [{**COLLAPSED, "class": OTHER, "device": str, "units": int}]}, "cache", "ls",
                               cache=self.kernels)["collapsed"]
        self.assertGreater(listed["units"], 0)
        text = self.fits(self.succeed("cache", "ls", cache=self.kernels))
        self.assertIn(f"of {listed['units']} units", text)
        self.assertIn(f"  collapsed: {OTHER}: none of 5 variants paid", text)


if __name__ == "__main__":
    program.main()
