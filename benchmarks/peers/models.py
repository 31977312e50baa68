"""The models of Tributary's catalogue as a PyTorch user writes them. No layer more and none less than there."""
import math

import torch.nn as nn
import torch.nn.functional as F


def conv_block(inputs, outputs, kernel, padding):
    return [nn.Conv2d(inputs, outputs, kernel, padding=padding), nn.BatchNorm2d(outputs), nn.ReLU()]


def dense_block(inputs, outputs):
    return [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.ReLU()]


def digits(classes, narrow, wide, first, second):
    """FedBN's digit network (Li et al., 2021) for 3x28x28; the widths tell digit-cnn from lite-cnn."""
    return nn.Sequential(
        *conv_block(3, narrow, 5, 2), nn.MaxPool2d(2),
        *conv_block(narrow, narrow, 5, 2), nn.MaxPool2d(2),
        *conv_block(narrow, wide, 5, 2), nn.Flatten(),
        *dense_block(wide * 49, first), *dense_block(first, second), nn.Linear(second, classes))


def lenet(classes, padding):
    """LeNet-5 with maximum pooling for 3x32x32; unpadded it has 62,006 parameters."""
    side = (28 + 2 * padding) // 2 - 4
    return nn.Sequential(
        nn.Conv2d(3, 6, 5, padding=padding), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(16 * (side // 2) ** 2, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, classes))


class Block(nn.Module):
    """Two 3x3 convolutions with a shortcut (He et al., 2016), which is a projection or padded with zeros."""

    def __init__(self, inputs, outputs, stride, projects, bias):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=bias)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=bias)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.stride = stride
        self.added = outputs - inputs
        changes = stride != 1 or inputs != outputs
        self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=bias), nn.BatchNorm2d(outputs)) \
            if projects and changes else None

    def forward(self, x):
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        if self.shortcut is not None:
            x = self.shortcut(x)
        elif self.added:
            x = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, 0, self.added))
        return F.relu(x + y)


def resnet20(classes, projects, bias):
    """ResNet-20 for 3x32x32: three stages of three blocks."""
    layers = [nn.Conv2d(3, 16, 3, padding=1, bias=bias), nn.BatchNorm2d(16), nn.ReLU()]
    width = 16
    for stage, outputs in enumerate((16, 32, 64)):
        for block in range(3):
            layers.append(Block(width, outputs, 2 if stage > 0 and block == 0 else 1, projects, bias))
            width = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))


def cnn_dropout(shape, classes):
    """Two 3x3 convolutions and two dense layers with dropout, as Reddi et al. (2021) use for EMNIST."""
    channels, height, width = shape
    inputs = 64 * ((height - 4) // 2) * ((width - 4) // 2)
    return nn.Sequential(
        nn.Conv2d(channels, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
        nn.Flatten(), nn.Linear(inputs, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, classes))


# Where a name leaves something open (padding, the kind of shortcut, biases before a normalisation),
# all readings are here, and the number of parameters tells which one is meant.
MODELS = {
    "digit-cnn": [lambda c, s: digits(c, 64, 128, 2048, 512)],
    "lite-cnn": [lambda c, s: digits(c, 16, 32, 160, 64)],
    "lenet": [lambda c, s: lenet(c, 2), lambda c, s: lenet(c, 0)],
    "resnet-20": [lambda c, s, p=p, b=b: resnet20(c, p, b) for p in (True, False) for b in (False, True)],
    "cnn-dropout": [lambda c, s: cnn_dropout(s, c)],
    "logistic": [lambda c, s: nn.Sequential(nn.Flatten(), nn.Linear(math.prod(s), c))],
}


def build(name, classes, parameters, shape):
    """The reading of `name` with so many trainable parameters; refuses where none has them."""
    counts = []
    for make in MODELS[name]:
        model = make(classes, shape)
        counts.append(sum(p.numel() for p in model.parameters()))
        if counts[-1] == parameters:
            return model
    raise ValueError(f"{name} has {parameters} parameters there and {' or '.join(map(str, counts))} here")
