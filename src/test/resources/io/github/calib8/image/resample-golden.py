"""Writes resample-golden.txt: checksums of a made-up image resized by OpenCV and by Pillow.

python3 -m venv env && env/bin/pip install numpy "pillow<13" opencv-python-headless
env/bin/python resample-golden.py > resample-golden.txt

Pillow 13 begins with the columns where the height shrinks much more than the width, which rounds differently.
"""

import zlib

import cv2
import numpy as np
from PIL import Image

WIDTH, HEIGHT = 37, 23
y, x, c = np.mgrid[0:HEIGHT, 0:WIDTH, 0:3].astype(np.uint64)
noise = ((x * 7919 + y * 104729 + c * 1299709 + 1) * 2654435761 % 2**32) >> 24
image = noise.astype(np.uint8)

print(f"# filter width height crc32, by OpenCV {cv2.__version__} and Pillow {Image.__version__}")
for width, height in [(16, 12), (74, 46), (37, 9), (50, 20), (1, 1), (200, 3), (37, 23)]:
    resized = {
        "bilinear": cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR),
        "antialiased-bilinear": Image.fromarray(image).resize((width, height), Image.BILINEAR),
        "antialiased-bicubic": Image.fromarray(image).resize((width, height), Image.BICUBIC),
    }
    for name, pixels in resized.items():
        print(name, width, height, f"{zlib.crc32(np.asarray(pixels).tobytes()):08x}")
