#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times PyTorch on a GPU, to set beside `abut bench --device cuda:0 --json` on the same machine.

usage: gpu_peers.py [--compile] [NETWORK...] > FILE.json
Networks by torchvision's names, with its float32 arithmetic (no TF32), channels last, batch 1, random weights. A run is the replay
of one CUDA graph, as Abut's is, timed by events: `eager` is cuDNN with its algorithms tried out, `compiled` Inductor
(--compile), whose kernels are built first. Prints the median of 50 runs in milliseconds, and the convolutions of
bench/tile_times.cpp one by one in microseconds.
"""
import argparse
import json
import statistics
import sys

import torch
import torchvision

LAYERS = [(56, 64, 128, 1), (56, 192, 128, 1), (28, 256, 128, 1), (14, 256, 128, 1), (14, 768, 128, 1), (7, 512, 128, 1),
          (7, 960, 128, 1), (56, 128, 32, 3), (28, 128, 32, 3), (14, 128, 32, 3), (7, 128, 32, 3), (28, 96, 128, 3),
          (14, 112, 224, 3), (7, 160, 320, 3), (56, 64, 192, 3), (28, 512, 256, 1), (64, 64, 32, 3), (64, 160, 32, 3),
          (128, 64, 64, 3), (256, 64, 64, 3), (64, 256, 256, 3), (32, 512, 512, 3), (16, 1024, 512, 3), (80, 64, 64, 3),
          (20, 256, 128, 3), (1, 1024, 1000, 1)]


def milliseconds(run, runs=50, repeats=1):
    """The median time of `run`, captured `repeats` times in one graph."""
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(3):
            run()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(repeats):
            run()
    times = []
    for _ in range(runs + 5):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        graph.replay()
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end) / repeats)
    return statistics.median(times[5:])


def layer(size, channels, out_channels, kernel):
    conv = torch.nn.Conv2d(channels, out_channels, kernel, padding=kernel // 2)
    conv = conv.cuda().to(memory_format=torch.channels_last)
    x = torch.randn(1, channels, size, size, device="cuda").to(memory_format=torch.channels_last)
    return 1000 * milliseconds(lambda: conv(x), repeats=20)


def network(name, compiled):
    options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    model = getattr(torchvision.models, name)(weights=None, **options).eval().cuda().to(memory_format=torch.channels_last)
    size = 299 if name == "inception_v3" else 224
    x = torch.randn(1, 3, size, size, device="cuda").to(memory_format=torch.channels_last)
    result = {"eager_ms": milliseconds(lambda: model(x))}
    if compiled:
        faster = torch.compile(model, options={"layout_optimization": True})
        result["compiled_ms"] = milliseconds(lambda: faster(x))
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("networks", nargs="*")
    options = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    found = {"device": torch.cuda.get_device_name(), "torch": torch.__version__, "cudnn": torch.backends.cudnn.version()}
    with torch.inference_mode():
        found["layers_us"] = [round(layer(*extents), 2) for extents in LAYERS]
        found["networks"] = {}
        for name in options.networks:
            found["networks"][name] = network(name, options.compile)
            print(name, found["networks"][name], file=sys.stderr, flush=True)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
