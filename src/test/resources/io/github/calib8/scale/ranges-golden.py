"""Writes golden.cache and golden.flatbuffers, from the same ranges that RangesGoldenTest makes.

python3 -m venv env && env/bin/pip install flatbuffers==25.12.19
env/bin/python ranges-golden.py
"""

import struct

import flatbuffers

# The second one was seen in [-6, 1]: its range is the larger magnitude.
RANGES = [
    ("data", 150.1875),
    ("conv1/7x7_s2", max(abs(-6.0), abs(1.0))),
    ("a: b", 0.1),
    ("größe", 1e-30),
    ("large", 3e38),
    ("leading zero", 1e-36),
]


def decimal(value):
    """The shortest decimal, with a point and E as Java writes it."""
    digits, _, exponent = repr(value).partition("e")
    point = digits if "." in digits else digits + ".0"
    return f"{point}E{int(exponent)}" if exponent else point


with open("golden.cache", "w", encoding="utf-8", newline="\n") as file:
    file.write("TRT-8601-EntropyCalibration2\n")
    for name, threshold in RANGES:
        file.write(f"{name}: {struct.pack('>f', threshold / 127).hex()}\n")

builder = flatbuffers.Builder(1024)
entries = []
for name, threshold in sorted(RANGES, key=lambda r: r[0].encode()):
    key = builder.CreateString(name)
    value = builder.CreateString(decimal(threshold))
    builder.StartObject(2)
    builder.PrependUOffsetTRelativeSlot(0, key, 0)
    builder.PrependUOffsetTRelativeSlot(1, value, 0)
    entries.append(builder.EndObject())
builder.StartVector(4, len(entries), 4)
for entry in reversed(entries):
    builder.PrependUOffsetTRelative(entry)
dictionary = builder.EndVector()
builder.StartObject(1)
builder.PrependUOffsetTRelativeSlot(0, dictionary, 0)
builder.Finish(builder.EndObject())
with open("golden.flatbuffers", "wb") as file:
    file.write(builder.Output())
