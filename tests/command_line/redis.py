# SPDX-License-Identifier: Apache-2.0
"""Kernels through a Redis server, which the test starts: machines that share them, secrets, a server that is gone."""
import contextlib
import os
import socket
import subprocess
import time

import program

MODEL = "zoo:densenet-bc:depth=10,growth=4,size=8"
WARMED = {"warmed": [{"kernels": int, "compiled": int, "loaded": int}]}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def redis_server(folder, *options):
    """The port of a server that keeps nothing on disk."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    server = subprocess.Popen([*command, *options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        for _ in range(1000):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.01)
        yield port
    finally:
        server.kill()
        server.wait()


class Redis(program.CommandLine):
    def setUp(self):
        super().setUp()
        self.key = self.secret("key", os.urandom(32).hex())

    def secret(self, name, text):
        path = self.write(name, text.encode())
        path.chmod(0o600)
        return path

    def warm(self, machine, port, *options):
        """(compiled, loaded) of a machine, which is a directory of its own."""
        arguments = ["--cache", f"redis://127.0.0.1:{port}", "--cache-key", self.key, "--cache-dir", self.folder / machine, *options]
        [warmed] = self.report(WARMED, "cache", "warm", MODEL, *arguments, cache="")["warmed"]
        self.assertEqual(warmed["compiled"] + warmed["loaded"], warmed["kernels"])
        return warmed["compiled"], warmed["loaded"]

    def test_machines_share_what_one_compiles(self):
        password = self.secret("password", "sesame")
        with redis_server(self.folder, "--requirepass", "sesame") as port:
            compiled, loaded = self.warm("first", port, "--cache-password", password)
            self.assertEqual(loaded, 0)
            self.assertEqual(self.warm("second", port, "--cache-password", password, "--cache-fetch-only"), (0, compiled))
            self.assertEqual(self.warm("second", port, "--cache-mode", "require"), (0, compiled))  # a local hit needs no password
        self.assertEqual(self.warm("second", port, "--cache-mode", "require"), (0, compiled))
        entries = self.report({"entries": [{"damaged": False}]}, "cache", "ls", "--cache-dir", self.folder / "second", cache="")
        self.assertEqual(sum(entry["variants"] for entry in entries["entries"]), compiled)

    def test_without_the_server_it_takes_longer(self):
        """It compiles, and a note says why nothing was found there."""
        directory = self.folder / "alone"
        result = self.call("cache", "warm", MODEL, "--cache", f"redis://127.0.0.1:{free_port()}", "--cache-key", self.key,
                           "--cache-dir", directory, cache="")
        self.no_findings(program.findings_of_end(result), result)
        self.assertEqual(result.code, 0, result)
        self.assertIn(b"Connection refused", result.err)
        self.assertIn('"event":"breaker"', (directory / "events.log").read_text(encoding="utf-8").replace(": ", ":"))

    def test_the_doctor_asks_the_server(self):
        result = self.call("cache", "doctor", "--cache", "redis://127.0.0.1:1", "--cache-key", self.key, "--cache-dir",
                           self.folder / "doctor", cache="")
        self.assertIn("wrong  server", result.out)
        self.assertIn("Connection refused", result.out)
        self.assertEqual(result.code, 1)

    def test_a_key_that_others_read(self):
        self.key.chmod(0o644)
        self.refuse(2, [str(self.key), "others may read it", "chmod 600"], "run", MODEL, "--cache", "redis://127.0.0.1",
                    "--cache-key", self.key, "--cache-dir", self.folder / "none", cache="")

    def test_a_key_that_is_not_there(self):
        self.refuse(3, ["can't open", "'nowhere'"], "run", MODEL, "--cache", "redis://127.0.0.1", "--cache-key", "nowhere",
                    "--cache-dir", self.folder / "none", cache="")


if __name__ == "__main__":
    program.main()
