# SPDX-License-Identifier: Apache-2.0
"""One engine with one model, in a process of its own; started by peers.py.

usage: peer_worker.py ENGINE MODEL.onnx INPUT_DIR OUTPUT_DIR THREADS
Writes the seeded inputs that are missing to INPUT_DIR and its outputs to OUTPUT_DIR as NAME.npy, answers with a JSON line, and
then reads lines with a number of runs and answers each with their times."""
import json
import pathlib
import re
import resource
import sys
import time

import numpy


def safe(name):
    """The file name of a value, as `abut run --output-dir` writes it."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name)


class OnnxRuntime:
    def __init__(self, model, threads):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self.version = onnxruntime.__version__
        self.inputs = [(value.name, value.shape) for value in self.session.get_inputs()]
        self.outputs = [value.name for value in self.session.get_outputs()]

    def run(self, feeds):
        return self.session.run(self.outputs, feeds)


class OpenVino:
    def __init__(self, model, threads):
        import openvino

        core = openvino.Core()
        options = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
        self.model = core.compile_model(str(model), "CPU", options)
        self.request = self.model.create_infer_request()
        self.version = openvino.__version__.split("-")[0]
        self.inputs = [(port.get_any_name(), list(port.get_shape())) for port in self.model.inputs]
        self.outputs = [port.get_any_name() for port in self.model.outputs]

    def run(self, feeds):
        found = self.request.infer(feeds)
        return [found[name] for name in self.outputs]


ENGINES = {"onnxruntime": OnnxRuntime, "openvino": OpenVino}


def seeded_inputs(inputs, folder):
    """{name: array}, uniform in [0, 1); what lies in `folder` is read, so that every engine gets the same."""
    generator, feeds = numpy.random.default_rng(7), {}
    for name, shape in inputs:
        path = folder / f"{safe(name)}.npy"
        if not path.exists():
            numpy.save(path, generator.random([extent if isinstance(extent, int) else 1 for extent in shape], dtype=numpy.float32))
        feeds[name] = numpy.load(path)
    return feeds


def main():
    name, model, inputs, outputs, threads = sys.argv[1:6]
    begin = time.perf_counter()
    engine = ENGINES[name](model, int(threads))
    feeds = seeded_inputs(engine.inputs, pathlib.Path(inputs))
    results = engine.run(feeds)
    first_ms = 1e3 * (time.perf_counter() - begin)
    for output, array in zip(engine.outputs, results):
        numpy.save(pathlib.Path(outputs) / f"{safe(output)}.npy", array)
    files = {value: f"{safe(value)}.npy" for value, _ in engine.inputs}
    print(json.dumps({"version": engine.version, "inputs": files, "first_ms": first_ms}), flush=True)
    for line in sys.stdin:
        times_ms = []
        for _ in range(int(line)):
            begin = time.perf_counter()
            engine.run(feeds)
            times_ms.append(1e3 * (time.perf_counter() - begin))
        peak_bytes = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({"times_ms": times_ms, "peak_bytes": peak_bytes}), flush=True)


if __name__ == "__main__":
    main()
