# SPDX-License-Identifier: Apache-2.0
"""ONNX files of a few nodes, in protobuf's wire format. The numbers are those of onnx.proto."""
import struct

FLOAT, INT64, BOOL, DOUBLE = 1, 7, 9, 11


SMALL = [bytes([number]) for number in range(128)]


def varint(number):
    if 0 <= number < len(SMALL):
        return SMALL[number]
    number &= (1 << 64) - 1
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*encoded, number])


def message(*fields):
    """A message of (number, value): an int is a varint, a float has 32 bits, all else is length-delimited."""
    encoded = bytearray()
    for number, value in fields:
        if isinstance(value, int):
            encoded += varint(number << 3) + varint(value)
        elif isinstance(value, float):
            encoded += varint(number << 3 | 5) + struct.pack("<f", value)
        else:
            data = value.encode() if isinstance(value, str) else value
            encoded += varint(number << 3 | 2) + varint(len(data)) + data
    return bytes(encoded)


def tensor(name, shape, elements, dtype=FLOAT):
    """A TensorProto; `elements` are numbers of that dtype."""
    code = {FLOAT: "f", INT64: "q", BOOL: "?", DOUBLE: "d"}[dtype]
    raw = struct.pack(f"<{len(elements)}{code}", *elements)
    return message(*((1, extent) for extent in shape), (2, dtype), (8, name), (9, raw))


def external_tensor(name, shape, location, **numbers):
    """A float TensorProto whose elements lie in the file `location`; `numbers` are its offset and length."""
    entries = {"location": location, **numbers}
    pairs = [message((1, key), (2, str(value))) for key, value in entries.items()]
    return message(*((1, extent) for extent in shape), (2, FLOAT), (8, name), *((13, pair) for pair in pairs), (14, 1))


def value(name, shape=None, dtype=FLOAT):
    """A ValueInfoProto; an extent that is a string is a symbol."""
    dims = [message((2 if isinstance(extent, str) else 1, extent)) for extent in shape or []]
    declared = [] if shape is None else [(2, message(*((1, dim) for dim in dims)))]
    return message((1, name), (2, message((1, message((1, dtype), *declared)))))


def attribute(name, content):
    """An AttributeProto: an int, a float, a string, a list of ints, or a tensor's bytes."""
    if isinstance(content, list):
        return message((1, name), *((8, number) for number in content), (20, 7))
    number, kind = {int: (3, 2), float: (2, 1), str: (4, 3), bytes: (5, 4)}[type(content)]
    return message((1, name), (number, content), (20, kind))


def reference(name, outer):
    """An AttributeProto in a function that stands for the float attribute `outer` of its call."""
    return message((1, name), (20, 1), (21, outer))


def branch(name, nodes, outputs):
    """An AttributeProto that is a graph without inputs."""
    graph = message(*((1, part) for part in nodes), (2, name), *((12, value(output)) for output in outputs))
    return message((1, name), (6, graph), (20, 5))


def function(name, inputs, outputs, nodes, attributes=(), defaults=(), domain="local", opset=17):
    """A FunctionProto; `attributes` are names, `defaults` encoded attributes."""
    fields = [(1, name), *((4, text) for text in inputs), *((5, text) for text in outputs), *((6, text) for text in attributes)]
    fields += [(7, part) for part in nodes] + [(9, message((2, opset)))] + [(10, domain)]
    return message(*fields, *((11, part) for part in defaults))


def node(operator, inputs, outputs, name="", domain="", **attributes):
    fields = [(1, text) for text in inputs] + [(2, text) for text in outputs]
    fields += [(3, name or f"{operator}_{outputs[0]}"), (4, operator)]
    fields += [(5, attribute(key, content)) for key, content in attributes.items()]
    return message(*fields, *([(7, domain)] if domain else []))


def model(nodes, inputs, outputs, constants=(), opset=17, declared=(), functions=()):
    """A ModelProto; all arguments but `opset` are encoded messages, `declared` of values on the way."""
    graph = [(1, part) for part in nodes] + [(2, "graph")] + [(5, part) for part in constants]
    graph += [(11, part) for part in inputs] + [(12, part) for part in outputs] + [(13, part) for part in declared]
    domains = [(8, message((1, "local"), (2, 1)))] if functions else []
    return message((1, 8), (7, message(*graph)), (8, message((2, opset))), *domains, *((25, part) for part in functions))


def fields(encoded):
    """(number, value) of a message without fixed-width fields, values as message() takes them."""
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            value |= (encoded[at] & 0x7F) << shift
            shift += 7
            at += 1
            if encoded[at - 1] < 0x80:
                return value

    while at < len(encoded):
        tag = number()
        content = number()
        if tag & 7 == 2:
            at, content = at + content, encoded[at : at + content]
        elif tag & 7 != 0:
            raise ValueError(f"field {tag >> 3} has wire type {tag & 7}")
        yield tag >> 3, content


def metadata(encoded):
    """[(key, text)] of a ModelProto."""
    entries = [dict(fields(content)) for number, content in fields(encoded) if number == 14]
    return [(entry[1].decode(), entry[2].decode()) for entry in entries]
