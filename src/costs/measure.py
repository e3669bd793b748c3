#!/usr/bin/env python3
"""Measures what ONNX Runtime's kernels cost on this processor, and writes the cost model that the planner reads.

    python3 -m venv v && v/bin/pip install onnxruntime==1.28.0 onnx numpy
    v/bin/python measure.py ../main/resources/io/github/calib8/quantization/kernel-costs-avx2.properties

Each kernel runs alone on one thread, between QuantizeLinear and DequantizeLinear where it is one on integers; the engine's own
profile tells the least time of each. Elementwise kernels cost nanoseconds a value. Products cost nanoseconds a multiply-add and a
value that is read or made: the two that fit best, by least squares of relative errors, over the shapes in PRODUCTS.
"""
import collections, json, os, sys, tempfile, time
import numpy as np, onnx, onnxruntime as ort
from onnx import TensorProto as T, helper as h, numpy_helper as nh

RUNS = 40
SHAPE = [8, 96, 56, 56]
# kind: (kernel, groups as a function of channels, [(channels in, out, pixels, stride)])
WIDTHS = [(16, 64, 56), (24, 96, 28), (64, 64, 28), (96, 24, 28), (128, 128, 14), (192, 48, 14), (320, 320, 14), (512, 512, 7)]
PRODUCTS = {
    "pointwise": (1, lambda c: 1, WIDTHS),
    "spatial": (3, lambda c: 1, [(3, 32, 112), (16, 16, 56), (32, 64, 28), (64, 64, 28), (128, 128, 14), (256, 256, 7)]),
    "depthwise": (3, lambda c: c, [(16, 16, 112), (32, 32, 56), (96, 96, 28), (192, 192, 14), (480, 480, 14), (960, 960, 7)]),
    "depthwiseWide": (5, lambda c: c, [(16, 16, 112), (40, 40, 28), (120, 120, 28), (240, 240, 14), (672, 672, 14), (960, 960, 7)]),
    # Several channels of each: no depthwise kernel on integers.
    "multiplied": (7, lambda c: c, [(16, 32, 28), (48, 96, 28), (96, 192, 14), (192, 384, 7)]),
    **{f"grouped{w}": (3, lambda c, w=w: c // w, [(max(c, 2 * w), max(c, 2 * w), p) for c, p in ((64, 56), (128, 28), (256, 14), (512, 7))])
       for w in (4, 8, 16, 32, 64)},
}
MATRICES = [(197, 192, 192), (197, 192, 768), (197, 768, 192), (784, 96, 96), (784, 96, 384), (3136, 48, 192), (49, 384, 384), (1, 1024, 1000)]


class Graph:
    """A graph of one input, as it is written."""

    def __init__(self):
        self.nodes, self.constants, self.count = [], [], 0

    def constant(self, array):
        self.count += 1
        self.constants.append(nh.from_array(np.asarray(array), f"c{self.count}"))
        return f"c{self.count}"

    def node(self, op, inputs, **attributes):
        self.count += 1
        self.nodes.append(h.make_node(op, inputs, [f"t{self.count}"], f"n{self.count}", **attributes))
        return f"t{self.count}"

    def quantized(self, x, scale=0.05, zero=120):
        c = [self.constant(np.float32(scale)), self.constant(np.uint8(zero))]
        return self.node("DequantizeLinear", [self.node("QuantizeLinear", [x, *c]), *c])

    def weights(self, array, axis, bias):
        scales = self.constant(np.full(array.shape[axis], 0.01, np.float32))
        q = self.constant(np.clip(np.round(array * 50), -127, 127).astype(np.int8))
        zeros = self.constant(np.zeros(array.shape[axis], np.int8))
        out = [self.node("DequantizeLinear", [q, scales, zeros], axis=axis)]
        if bias:
            b = self.constant(np.zeros(array.shape[axis], np.int32))
            s = self.constant(np.full(array.shape[axis], 0.0005, np.float32))
            out.append(self.node("DequantizeLinear", [b, s], axis=0))
        return out

    def times(self, shape, output):
        """Microseconds that each operator took in the fastest of the runs.

        The profile tells time as it passes, so a long kernel's holds what other programs took meanwhile. What a run took of the
        processor less all other kernels is no less than the kernel either, and the lower of the two is taken.
        """
        graph = h.make_graph(self.nodes, "g", [h.make_tensor_value_info("x", T.FLOAT, shape)],
                             [h.make_tensor_value_info(output, T.FLOAT, None)], self.constants)
        model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], ir_version=8)
        options = ort.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level, options.enable_profiling = 1, 3, True
        with tempfile.TemporaryDirectory() as folder:
            options.profile_file_prefix = os.path.join(folder, "p")
            session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
            x = np.random.default_rng(1).normal(size=shape).astype(np.float32)
            processor = []
            for _ in range(RUNS):
                start = time.thread_time()
                session.run(None, {"x": x})
                processor.append(1e6 * (time.thread_time() - start))
            events = json.load(open(session.end_profiling()))
        each = collections.defaultdict(list)
        for e in events:
            if e.get("cat") == "Node" and e["name"].endswith("_kernel_time"):
                each[e["args"]["op_name"], e["name"]].append(e["dur"])
        least = {kernel: min(durations) for kernel, durations in each.items()}
        longest = max(least, key=least.get)
        rest = min(processor) - sum(t for k, t in least.items() if k != longest)
        if rest > least[longest] / 2:  # the others' times are not the processor's: too little means too busy
            least[longest] = min(least[longest], rest)
        total = collections.Counter()
        for (op, _), duration in least.items():
            total[op] += duration
        return total


def elementwise(op, binary=None, quantize=True, **attributes):
    """Nanoseconds a value of what is made; binary: the shape of the other operand."""
    g = Graph()
    other = None
    x = "x"
    if binary:
        # The other operand must be no constant: a mean of the input, or the input itself.
        other = g.node("GlobalAveragePool", ["x"]) if binary == "channels" else g.node("Neg", ["x"])
    if quantize:
        x, other = g.quantized("x"), other and g.quantized(other)
    y = g.node(op, [x] + ([other] if other else []), **attributes)
    if quantize:
        y = g.quantized(y)
    y = g.node("Neg", [y]) if not quantize else y
    t = g.times(SHAPE, y)
    values = np.prod(SHAPE)
    names = ("QLinear" + op,) if quantize else (op, *{"HardSwish": ("HardSigmoid", "Mul")}.get(op, ()))
    found = sum(t[n] for n in names)
    assert found, (op, t)
    return 1000 * found / values


def conversions():
    g = Graph()
    y = g.node("Softplus", [g.quantized(g.node("Softplus", ["x"]))])
    t = g.times(SHAPE, y)
    return [1000 * t[n] / np.prod(SHAPE) for n in ("QuantizeLinear", "DequantizeLinear")]


def silu():
    """x sigmoid(x), which the engine computes at once."""
    g = Graph()
    t = g.times(SHAPE, g.node("Neg", [g.node("Mul", ["x", g.node("Sigmoid", ["x"])])]))
    return 1000 * (t["QuickGelu"] + t["Sigmoid"] + t["Mul"]) / np.prod(SHAPE)


def concatenation():
    """A value of what is made; on integers as in graphs, where it copies."""
    times = []
    for quantize in (False, True):
        g = Graph()
        x, other = "x", g.node("Neg", ["x"])
        if quantize:
            x, other = g.quantized(x), g.quantized(other)
        y = g.node("Concat", [x, other], axis=1)
        t = g.times(SHAPE, g.quantized(y) if quantize else g.node("Neg", [y]))
        times.append(1000 * (t["Concat"] + t["QLinearConcat"]) / np.prod(SHAPE) / 2)
    return times


def transposition():
    """Bytes to channels last."""
    g = Graph()
    scale = [g.constant(np.float32(0.05)), g.constant(np.uint8(120))]
    q = g.node("QuantizeLinear", ["x", *scale])
    y = g.node("DequantizeLinear", [g.node("Transpose", [q], perm=[0, 2, 3, 1]), *scale])
    return 1000 * g.times(SHAPE, y)["Transpose"] / np.prod(SHAPE)


def pooling(op, quantize, kernel=2):
    """A value of a window; MaxPool of bytes whose channels are not last, which is behind a kernel on floating point."""
    g = Graph()
    window = dict(kernel_shape=[kernel] * 2, strides=[2, 2])
    if not quantize:
        y = g.node("Neg", [g.node(op, [g.node("Neg", ["x"])], **window)])
    else:
        y = g.quantized(g.node(op, [g.quantized("x")], **window))
    t = g.times(SHAPE, y)
    return 1000 * (t[op] + t["QLinear" + op]) / (np.prod(SHAPE) / 4 * kernel * kernel)


def product(kernel, groups, cin, cout, pixels, integer):
    g = Graph()
    rng = np.random.default_rng(2)
    w = rng.normal(size=(cout, cin // groups, kernel, kernel)).astype(np.float32)
    if integer:
        weights = g.weights(w, 0, True)
        y = g.quantized(g.node("Conv", [g.quantized("x"), *weights], group=groups, pads=[kernel // 2] * 4))
    else:
        y = g.node("Conv", ["x", g.constant(w), g.constant(np.zeros(cout, np.float32))], group=groups, pads=[kernel // 2] * 4)
    shape = [8, cin, pixels, pixels]
    t = g.times(shape, y)
    names = ("QLinearConv",) if integer else ("Conv", "FusedConv", "NhwcFusedConv")
    time = sum(t[n] for n in names)
    assert time, t
    made = 8 * cout * pixels * pixels
    return made * cin // groups * kernel * kernel, made + 8 * cin * pixels * pixels, time * 1000


def matrix(rows, k, n, integer):
    g = Graph()
    w = np.random.default_rng(2).normal(size=(k, n)).astype(np.float32)
    shape = [8, rows, k]
    if integer:
        y = g.quantized(g.node("MatMul", [g.quantized("x"), *g.weights(w, 1, False)]))
    else:
        y = g.node("MatMul", ["x", g.constant(w)])
    t = g.times(shape, y)
    time = sum(t[o] for o in ("QLinearMatMul", "MatMul"))
    assert time, t
    return 8 * rows * k * n, 8 * rows * (k + n), time * 1000


def fit(rows):
    """Nanoseconds a multiply-add and a value, neither negative."""
    a = np.array(rows, float)
    m, y = a[:, :2] / a[:, 2:], np.ones(len(a))
    best = None
    for use in ([0, 1], [0], [1]):
        c = np.zeros(2)
        c[use] = np.linalg.lstsq(m[:, use], y, rcond=None)[0]
        error = ((m @ c - y) ** 2).sum()
        if (c >= 0).all() and (best is None or error < best[0]):
            best = error, c
    print("   predicted / measured:", np.round(m @ best[1], 2), file=sys.stderr)
    return best[1]


def main(file):
    cost = {}
    cost["quantize"], cost["dequantize"] = conversions()
    for name, op, attributes in [("sigmoid", "Sigmoid", {}), ("leakyRelu", "LeakyRelu", {"alpha": 0.1})]:
        cost[name + ".float"] = elementwise(op, quantize=False, **attributes)
        cost[name + ".int8"] = elementwise(op, **attributes)
    cost["hardSigmoid.float"] = elementwise("HardSigmoid", quantize=False)
    cost["hardSwish.float"] = elementwise("HardSwish", quantize=False)
    for name, op in (("add", "Add"), ("mul", "Mul")):
        for binary in ("same", "channels"):
            cost[f"{name}.{binary}.float"] = elementwise(op, binary, quantize=False)
            cost[f"{name}.{binary}.int8"] = elementwise(op, binary)
    cost["silu.float"] = silu()
    cost["averagePool.float"], cost["averagePool.int8"] = (pooling("AveragePool", q) for q in (False, True))
    cost["maxPool.alone"] = pooling("MaxPool", True)
    cost["concat.float"], cost["concat.int8"] = concatenation()
    cost["relayout"] = transposition()
    cost["mean.float"] = elementwise("GlobalAveragePool", quantize=False)
    cost["mean.int8"] = elementwise("GlobalAveragePool")
    for name in cost:
        print(name, round(cost[name], 4), file=sys.stderr)
    for name, (kernel, groups, shapes) in PRODUCTS.items():
        for integer, suffix in ((False, "float"), (True, "int8")):
            print(name, suffix, file=sys.stderr)
            rows = [product(kernel, groups(i), i, o, p, integer) for i, o, p in shapes]
            cost[f"{name}.{suffix}.multiplyAdd"], cost[f"{name}.{suffix}.value"] = fit(rows)
    for integer, suffix in ((False, "float"), (True, "int8")):
        rows = [matrix(*s, integer) for s in MATRICES]
        cost[f"matrix.{suffix}.multiplyAdd"], cost[f"matrix.{suffix}.value"] = fit(rows)
    for name in cost:
        print(name, round(cost[name], 4), file=sys.stderr)
    with open(file, "w") as f:
        f.write("# Nanoseconds, one thread. Made by src/costs/measure.py; do not edit.\n")
        f.writelines(f"{k}={v:.5f}\n" for k, v in cost.items())


if __name__ == "__main__":
    main(*sys.argv[1:])
