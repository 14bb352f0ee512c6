# SPDX-License-Identifier: Apache-2.0
"""A day's use of one cache: processes, four at a time, run networks of the zoo with a directory that holds half of what they
need. For scripts/soak; a quarter of an hour on a machine that is busy.

usage: cache_day.py PROGRAM CACHE_DIRECTORY [PROCESSES]"""
import collections
import concurrent.futures
import itertools
import random
import sys

import program

AT_A_TIME = 4
ALL_PROCESSES = 200
NETWORKS = ["decoder:layers=1,heads=2,width=16,past=4", "rrdb:blocks=1,size=8,width=4,growth=4",
            "densenet-bc:depth=10,growth=4,size=8", "squeezenet:size=32,width=8,classes=10"]

program.SECONDS = 600  # of a call; a soak leaves the machine to others


def processes():
    return int(sys.argv[3]) if len(sys.argv) > 3 else ALL_PROCESSES


def models(count):
    """(network, how its concats are joined): a few where little is asked for."""
    return [(f"zoo:{name}", concat) for name, concat in itertools.product(NETWORKS, ("slices", "copies"))][:max(3, min(count // 4, 8))]


def bytes_of_entries(folder):
    return sum(path.stat().st_size for path in folder.glob("*.kernels"))


class Day(program.CommandLine):
    def run_model(self, number, model, concat, folder, *arguments):
        """The bytes of all outputs."""
        outputs = self.folder / f"outputs {number}"
        self.succeed("run", model, "--concat", concat, "--output-dir", outputs, *arguments, cache=folder)
        return [path.read_bytes() for path in sorted(outputs.glob("*.npy"))]

    def events(self, folder):
        return self.report({"events": list}, "cache", "log", cache=folder)["events"]

    def test_a_days_use(self):
        count = processes()
        all_models = models(count)
        measured = self.folder / "measured"
        expected = {}
        for number, (model, concat) in enumerate(all_models):
            expected[model, concat] = self.run_model(f"expected {number}", model, concat, measured)
        limit = bytes_of_entries(measured) // 2
        # Some models more often than others.
        draw = random.Random(1)
        weights = [1 / (1 + place) for place in range(len(all_models))]
        chosen = draw.choices(all_models, weights, k=count)
        folder = self.folder / "shared"
        largest = 0
        with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
            for first in range(0, count, AT_A_TIME):
                some = list(enumerate(chosen))[first:first + AT_A_TIME]
                runs = [pool.submit(self.run_model, number, *model, folder, "--cache-limit", str(limit)) for number, model in some]
                for (number, model), ended in zip(some, runs):
                    self.assertEqual(ended.result(), expected[model], (number, model))
                largest = max(largest, bytes_of_entries(folder))
                self.assertLessEqual(largest, limit, f"after {first + AT_A_TIME} processes")
        events = self.events(folder)
        by_name = collections.Counter(event["event"] for event in events)
        missing = len({event["process"] for event in events if event["event"] == "miss"})
        print(f"{count} processes, {AT_A_TIME} at a time, {len(all_models)} models: no failure, at most {largest} bytes of {limit}, "
              f"hit rate {100 * (count - missing) // count} %, {by_name['miss']} kernels missed, {by_name['eviction']} evictions")
        self.assertGreater(by_name["eviction"], 0, "the limit was never in the way")
        self.assertLess(missing, count, "nothing was kept")
        self.assertEqual(set(by_name) - {"miss", "eviction"}, set())
        self.assertIn(" 0 damaged", self.succeed("cache", "verify", cache=folder))


if __name__ == "__main__":
    program.main()
