"""The images a second that PyTorch trains of a network that `benchmarks training` describes.

python -c pytorch_training.py LAYERS SHAPE BATCH THREADS BATCHES SECONDS
LAYERS is JSON, `[["Conv2d", 3, 6, 5, 1, 0], ["ReLU"], ...]`: classes of torch.nn and their arguments.
"""

import itertools
import json
import statistics
import sys
import time

import torch
from torch import nn

layers, shape = json.loads(sys.argv[1]), json.loads(sys.argv[2])
batch, threads, batches = map(int, sys.argv[3:6])
duration = float(sys.argv[6])
torch.set_num_threads(threads)
torch.manual_seed(1)
network = nn.Sequential(*[getattr(nn, name)(*arguments) for name, *arguments in layers])
optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
measure = nn.CrossEntropyLoss()
images = torch.randn(batches, batch, *shape)
labels = torch.randint(10, (batches, batch))


def step(inputs: torch.Tensor, targets: torch.Tensor) -> float:
    """Trains on a batch; the seconds that it takes."""
    start = time.perf_counter()
    optimizer.zero_grad()
    measure(network(inputs), targets).backward()
    optimizer.step()
    return time.perf_counter() - start


data = itertools.cycle(zip(images, labels))
for _ in range(3):
    step(*next(data))
end = time.perf_counter() + duration
times = [step(*next(data))]
while time.perf_counter() < end:
    times.append(step(*next(data)))
print(round(batch / statistics.median(times)))
