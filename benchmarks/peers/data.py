"""Labelled images from their official files, as tensors with features in [-1, 1]."""
import gzip
import math

import numpy
import torch


def content(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        return file.read()


def idx(path):
    """An array of unsigned bytes: two zeros, the type, the number of axes, their lengths, the values."""
    data = content(path)
    axes = data[3]
    lengths = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], "big") for i in range(axes)]
    return numpy.frombuffer(data, numpy.uint8, math.prod(lengths), 4 + 4 * axes).reshape(lengths)


def images(form, files):
    """Pixels [n, channels, height, width] and labels [n] of a training part."""
    if form == "CIFAR10_RECORDS":
        records = numpy.concatenate([numpy.frombuffer(content(f), numpy.uint8).reshape(-1, 3073) for f in files])
        return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0]
    pixels, labels = idx(files[0])[:, None], idx(files[1])
    if form == "IDX_EMNIST_LETTERS":
        return pixels.transpose(0, 1, 3, 2), labels - 1
    if form == "IDX":
        return pixels, labels
    raise ValueError(f"files in the form {form} cannot be read here")


class RealClients:
    """A training part in random order, cut into clients of equal size."""

    def __init__(self, form, files, shape, samples, seed):
        pixels, labels = images(form, files)
        self.pixels, self.labels = pixels, torch.from_numpy(labels.astype(numpy.int64))
        self.order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
        self.shape, self.samples = shape, samples

    def client(self, index):
        chosen = self.order[index * self.samples:(index + 1) * self.samples]
        features = (torch.from_numpy(self.pixels[chosen.numpy()].astype(numpy.float32)) / 255 - 0.5) / 0.5
        return features.view(len(chosen), *self.shape), self.labels[chosen]
