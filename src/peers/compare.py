#!/usr/bin/env python3
"""Compares INT8 models of Calib8 with those of ONNX Runtime's own Python quantizer: how fast, and how far from FP32.

    python3 -m venv v && v/bin/pip install onnxruntime==1.28.0 onnx sympy pillow numpy
    v/bin/python compare.py MODELS OURS IMAGES OUT [NAME...]

MODELS: FP32 files, [N, 3, 224, 224]; OURS: Calib8's INT8 files of the same names; IMAGES: a folder of images of 224 pixels or more;
OUT: a folder for the other quantizer's files, which are used again where they are there. Prints a row of a Markdown table a model.
"""
import pathlib, statistics, sys, time
import numpy as np, onnxruntime as ort
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from PIL import Image

CALIBRATE, MEASURE, EDGE = 250, 100, 224
BATCH, REPEATS, ROUNDS = 8, 3, 12
MEAN, STD = np.float32((0.485, 0.456, 0.406)), np.float32((0.229, 0.224, 0.225))


def images(folder):
    """[1, 3, 224, 224] each: the middle, torchvision's mean and standard deviation; the first ones by name."""
    for file in sorted(pathlib.Path(folder).iterdir())[: CALIBRATE + MEASURE]:
        a = np.asarray(Image.open(file).convert("RGB"), np.float32)
        y, x = (a.shape[0] - EDGE) // 2, (a.shape[1] - EDGE) // 2
        yield ((a[y : y + EDGE, x : x + EDGE] / 255 - MEAN) / STD).transpose(2, 0, 1)[None].astype(np.float32)


def session(file):
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    return ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def saturates():
    """Whether sums of two products of bytes overflow 16 bits on this processor, so that weights need 7 bits; x86 and Linux."""
    flags = pathlib.Path("/proc/cpuinfo").read_text().replace("_", "").split()
    return not {"avx512vnni", "avxvnni", "asimddp"} & set(flags)


class Reader(CalibrationDataReader):
    def __init__(self, name, data):
        self.data = iter({name: x} for x in data)

    def get_next(self):
        return next(self.data, None)


def quantize(fp32, out, data):
    prepared = out.with_suffix(".prepared.onnx")
    quant_pre_process(str(fp32), str(prepared))
    name = session(fp32).get_inputs()[0].name
    quantize_static(str(prepared), str(out), Reader(name, data), quant_format=QuantFormat.QDQ, per_channel=True, reduce_range=saturates(),
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, calibrate_method=CalibrationMethod.MinMax)
    prepared.unlink()


def scores(model, data):
    """Logarithms of softmax, [images, classes]."""
    name = model.get_inputs()[0].name
    z = np.concatenate([model.run(None, {name: x})[0].reshape(1, -1) for x in data]).astype(np.float64)
    z -= z.max(1, keepdims=True)
    return z - np.log(np.exp(z).sum(1, keepdims=True))


def divergence(p, q):
    return float((np.exp(p) * (p - q)).sum(1).mean())


def speeds(models):
    """Times as fast as the first, each the median of some repeats: processor time, in turns, the least of some rounds."""
    i = models[0].get_inputs()[0]
    shape = [BATCH if k == 0 and not isinstance(d, int) else d for k, d in enumerate(i.shape)]
    x = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    ratios = []
    for _ in range(REPEATS):
        best = [float("inf")] * len(models)
        for _ in range(ROUNDS):
            for k, model in enumerate(models):
                start = time.thread_time()
                model.run(None, {i.name: x})
                best[k] = min(best[k], time.thread_time() - start)
        ratios.append([best[0] / t for t in best[1:]])
    return [statistics.median(r) for r in zip(*ratios)]


def main(models, ours, folder, out, *names):
    data = list(images(folder))
    calibrate, measure = data[:CALIBRATE], data[CALIBRATE:]
    print("| Network | Calib8: times FP32 | ONNX Runtime's quantizer: times FP32 | Calib8: KL | ONNX Runtime's quantizer: KL |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name in names or sorted(p.stem for p in pathlib.Path(ours).glob("*.onnx")):
        fp32, theirs = pathlib.Path(models, name + ".onnx"), pathlib.Path(out, name + ".onnx")
        if not theirs.exists():
            quantize(fp32, theirs, calibrate)
        sessions = [session(f) for f in (fp32, pathlib.Path(ours, name + ".onnx"), theirs)]
        fast = speeds(sessions)
        expected, *found = (scores(s, measure) for s in sessions)
        kl = [divergence(expected, q) for q in found]
        print(f"| {name} | {fast[0]:.2f} | {fast[1]:.2f} | {kl[0]:.5f} | {kl[1]:.5f} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
