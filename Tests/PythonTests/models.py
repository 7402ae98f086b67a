"""Models of torch for the tests."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Callable, Dict, Tuple

import torch
from torch import nn


def lenet() -> nn.Module:
    """LeNet-5 as `tracker run lenet` has it."""
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(3, 6, 5), relu1=nn.ReLU(), pool1=nn.MaxPool2d(2),
            conv2=nn.Conv2d(6, 16, 5), relu2=nn.ReLU(), pool2=nn.MaxPool2d(2), flatten=nn.Flatten(),
            fc1=nn.Linear(400, 120), relu3=nn.ReLU(), fc2=nn.Linear(120, 84), relu4=nn.ReLU(),
            fc3=nn.Linear(84, 10),
        )
    )  # fmt: skip


def mlp() -> nn.Module:
    """The network of `tracker run mlp`."""
    return nn.Sequential(
        OrderedDict(
            flatten=nn.Flatten(), fc1=nn.Linear(3072, 120), relu1=nn.ReLU(), fc2=nn.Linear(120, 84),
            relu2=nn.ReLU(), fc3=nn.Linear(84, 10),
        )
    )  # fmt: skip


class Block(nn.Module):
    """A block of ResNet-18."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU()
        self.down = None
        if stride > 1 or inputs != outputs:
            self.down = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (x if self.down is None else self.down(x)))


def resnet(width: int = 8) -> nn.Module:
    """ResNet-18 with narrower layers."""
    layers = [nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    inputs = width
    for outputs, stride in ((width, 1), (2 * width, 2), (4 * width, 2), (8 * width, 2)):
        layers += [Block(inputs, outputs, stride), Block(outputs, outputs, 1)]
        inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 10))


def mobilenet() -> nn.Module:
    """Convolutions in groups, as MobileNet has them."""

    def separable(inputs: int, outputs: int) -> list:
        return [
            nn.Conv2d(inputs, inputs, 3, 1, 1, groups=inputs, bias=False), nn.BatchNorm2d(inputs), nn.ReLU6(),
            nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU6(),
        ]  # fmt: skip

    return nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1), *separable(8, 16), *separable(16, 32), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Dropout(0.2), nn.Linear(32, 10),
    )  # fmt: skip


class Recurrent(nn.Module):
    """LSTM or GRU with a head."""

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.rnn = kind(8, 16, num_layers=2, bidirectional=True, batch_first=True)
        self.head = nn.Linear(32, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.rnn(x)[0][:, -1])


class ClassToken(nn.Module):
    """A small vision transformer: a parameter of its own, attention, tied weights of two heads."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Linear(12, 32)
        self.token = nn.Parameter(torch.randn(1, 1, 32))
        layer = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2)
        self.head = nn.Linear(32, 5)
        self.second = nn.Linear(32, 5)
        self.second.weight = self.head.weight

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), self.embed(x)], 1)
        x = self.encoder(x)[:, 0]
        return self.head(x) + self.second(x)


def frozen() -> nn.Module:
    """A network whose first half does not learn."""
    model = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 2))
    for parameter in model[0].parameters():
        parameter.requires_grad = False
    return model


class Narrow(nn.Module):
    """A network in bfloat16."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 2)).to(torch.bfloat16)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.body(x.to(torch.bfloat16))


#: Models by name: how to make one, and the shape of an example without the batch.
MODELS: Dict[str, Tuple[Callable[[], nn.Module], Tuple[int, ...]]] = {
    "cnn": (lenet, (3, 32, 32)),
    "resnet": (resnet, (3, 16, 16)),
    "mobilenet": (mobilenet, (3, 16, 16)),
    "lstm": (lambda: Recurrent(nn.LSTM), (5, 8)),
    "gru": (lambda: Recurrent(nn.GRU), (5, 8)),
    "transformer": (
        lambda: nn.Sequential(
            nn.TransformerEncoder(nn.TransformerEncoderLayer(32, 4, 64, batch_first=True), 2), nn.Flatten(), nn.Linear(320, 3)
        ),
        (10, 32),
    ),
    "class token": (ClassToken, (4, 12)),
    "frozen": (frozen, (6,)),
    "bfloat16": (Narrow, (6,)),
    "DataParallel": (lambda: nn.DataParallel(lenet()), (3, 32, 32)),
}  # fmt: skip
