"""The images a second that PyTorch trains of a network that `benchmarks training` describes.

python -c pytorch_training.py LAYERS SHAPE BATCH THREADS BATCHES ROUNDS
LAYERS is JSON, `[["Conv2d", 3, 6, 5, 1, 0], ["ReLU"], ...]`: classes of torch.nn and their arguments.
"""

import json
import sys
import time

import torch
from torch import nn

layers, shape = json.loads(sys.argv[1]), json.loads(sys.argv[2])
batch, threads, batches, rounds = map(int, sys.argv[3:])
torch.set_num_threads(threads)
torch.manual_seed(1)
network = nn.Sequential(*[getattr(nn, name)(*arguments) for name, *arguments in layers])
optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
measure = nn.CrossEntropyLoss()
images = torch.randn(batches, batch, *shape)
labels = torch.randint(10, (batches, batch))


def epoch() -> float:
    """Trains on all batches; the seconds that it takes."""
    start = time.perf_counter()
    for inputs, targets in zip(images, labels):
        optimizer.zero_grad()
        measure(network(inputs), targets).backward()
        optimizer.step()
    return time.perf_counter() - start


epoch()
print(round(batches * batch / min(epoch() for _ in range(rounds))))
