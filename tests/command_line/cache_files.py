# SPDX-License-Identifier: Apache-2.0
"""Caches for tests: a warm one that is compiled once and copied, and entries that another machine could have left."""
import re
import shutil

import program

MODEL = "zoo:densenet-bc:depth=10,growth=4,size=8"
COLUMNS = 100


class CacheLine(program.CommandLine):
    def warm_copy(self, name):
        """A folder with the programs of MODEL, as they were compiled, with no log and no uses."""
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        self.succeed("cache", "warm", MODEL, cache=self.cache / "warm")
        for path in (self.cache / "warm").glob("*.kernels"):
            shutil.copy(path, folder)
        return folder

    def entries(self, folder, *filters):
        return self.report({"schema": "abut.cache/1", "cache": str(folder), "entries": list}, "cache", "ls", *filters,
                           cache=folder)["entries"]

    def keys(self, folder, *filters):
        return {entry["key"] for entry in self.entries(folder, *filters)}

    def fits(self, text):
        for line in text.splitlines():
            self.assertLessEqual(len(line), COLUMNS, line)
        return text


def rewrite(folder, pattern, replacement):
    """Changes what stands at the start of each entry, to as many bytes; how often it did so. The checksum then fails, which is
    no matter to what reads no binary."""
    count = 0
    for path in folder.glob("*.kernels"):
        data = path.read_bytes()
        changed, here = re.subn(pattern, replacement, data)
        if len(changed) != len(data):
            raise ValueError(f"{replacement} is not as long as {pattern}")
        path.write_bytes(changed)
        count += here
    return count
