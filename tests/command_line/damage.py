# SPDX-License-Identifier: Apache-2.0
"""A sound model cut off at many lengths, and with one byte changed at many positions: each call ends as any other does."""
import collections

import models
import program

FILE = "model.onnx"
CUTS, FLIPS = 40, 40


def spread(count, length):
    """`count` positions below `length`, evenly."""
    return [length * i // count for i in range(count)]


class Damage(program.CommandLine):
    def ends(self, command, variants):
        """How often each exit code came; every call ends within bounds."""
        codes = collections.Counter()
        for position, data in variants:
            self.write(FILE, data)
            result = self.call(command, FILE)
            self.no_findings([f"at byte {position}: {finding}" for finding in program.findings_of_end(result)], result)
            codes[result.code] += 1
        return codes

    def test_cut_off(self):
        sound = models.sound()
        codes = self.ends("run", [(length, sound[:length]) for length in spread(CUTS, len(sound))])
        self.assertEqual(codes[0], 0, codes)
        self.assertGreaterEqual(codes[3], CUTS // 2, codes)

    def flipped(self, bit, offset):
        sound = models.sound()
        for at in spread(FLIPS, len(sound) - offset):
            damaged = bytearray(sound)
            damaged[at + offset] ^= 1 << bit
            yield at + offset, bytes(damaged)

    def test_flips_while_planning(self):
        for bit, offset in ((0, 0), (7, 3)):
            codes = self.ends("plan", self.flipped(bit, offset))
            self.assertGreater(codes[1] + codes[3], FLIPS // 4, codes)
            self.assertGreater(codes[0], 0, codes)

    def test_flips_while_running(self):
        codes = self.ends("run", self.flipped(1, 5))
        self.assertGreater(codes[1] + codes[3], FLIPS // 4, codes)


if __name__ == "__main__":
    program.main()
