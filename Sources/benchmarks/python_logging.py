"""What logging from Python costs, here and with others: `python_logging.py MEASURE LOGGER`.

Each measurement is a process of its own, in a new folder. It prints one JSON object, or why there is none.
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import sys
import time
from typing import Any, Callable, Dict, List

#: The modules that a logger needs.
LOGGERS = {
    "trackerdb": ["trackerdb"],
    "W&B offline": ["wandb"],
    "MLflow": ["mlflow", "sqlalchemy"],
    "Trackio": ["trackio"],
    "SummaryWriter": ["torch", "tensorboard"],
}


class Logger:
    """A run of a logger, as far as numbers go into it."""

    def __init__(self, log: Callable[[Any, int], None], finish: Callable[[], None], run: Any = None) -> None:
        self.log = log  # the value of a metric, and its step
        self.finish = finish  # returns when all is stored
        self.run = run


def started(name: str) -> Logger:
    """A new run."""
    if name == "trackerdb":
        import trackerdb

        run = trackerdb.start("benchmark")
        return Logger(lambda value, step: run.log({"loss": value}), run.finish, run)
    if name == "W&B offline":
        import wandb

        wandb_run = wandb.init(mode="offline", settings=wandb.Settings(silent=True))
        return Logger(lambda value, step: wandb_run.log({"loss": value}), wandb_run.finish, wandb_run)
    if name == "MLflow":
        import mlflow

        mlflow.set_tracking_uri("sqlite:///mlflow.db")
        mlflow.start_run()
        return Logger(lambda value, step: mlflow.log_metric("loss", value, step=step), mlflow.end_run)
    if name == "Trackio":
        import trackio

        trackio.init(project="benchmark")
        return Logger(lambda value, step: trackio.log({"loss": value}), trackio.finish)
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter("runs/benchmark")
    return Logger(lambda value, step: writer.add_scalar("loss", value, step), writer.close, writer)


def call(name: str) -> Dict[str, Any]:
    """Microseconds that a call of `log` takes from a training which does something else for a millisecond."""
    logger = started(name)
    values: Dict[str, Any] = {"float": 0.5}
    if importlib.util.find_spec("torch"):
        import torch

        values["tensor"] = torch.tensor(0.5)
    found: Dict[str, Any] = {}
    step = 0
    for kind, value in values.items():
        times: List[float] = []
        for _ in range(1000):
            work_until = time.perf_counter() + 0.001
            while time.perf_counter() < work_until:
                pass
            step += 1
            begin = time.perf_counter()
            logger.log(value, step)
            times.append(time.perf_counter() - begin)
        found[f"{kind}_microseconds"] = 1e6 * statistics.median(times)
        found[f"{kind}_mean"] = 1e6 * statistics.fmean(times)
    logger.finish()
    return found


def points(name: str) -> Dict[str, Any]:
    """Points a second that are on the disk when the run has finished."""
    count = {"trackerdb": 1_000_000, "MLflow": 1_000}.get(name, 20_000)
    logger = started(name)
    begin = time.perf_counter()
    for step in range(count):
        logger.log(0.5, step)
    logger.finish()
    return {"points": count, "points_per_second": count / (time.perf_counter() - begin)}


def resnet18() -> Any:
    """The parameters and buffers of ResNet-18: 11.7 million."""
    from torch import nn

    layers: List[Any] = []

    def add(inputs: int, outputs: int, size: int) -> None:
        layers.extend([nn.Conv2d(inputs, outputs, size, bias=False), nn.BatchNorm2d(outputs)])

    add(3, 64, 7)
    inputs = 64
    for outputs in (64, 128, 256, 512):
        for size in (3, 3, 3, 3):
            add(inputs, outputs, size)
            if size == 3 and inputs != outputs:
                add(inputs, outputs, 1)
            inputs = outputs
    return nn.Sequential(*layers, nn.Linear(512, 1000))


def epoch(name: str) -> Dict[str, Any]:
    """Seconds that a training waits for an epoch of weights and histograms of ResNet-18, and until it is on the
    disk. Where a logger keeps no weights, its histograms alone."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(1)
    model = resnet18()
    optimizer = torch.optim.SGD(model.parameters(), 0.01)
    for parameter in model.parameters():
        parameter.grad = torch.randn_like(parameter)
    logger = started(name)
    run = logger.run
    waits: List[float] = []
    stored: List[float] = []
    if name == "trackerdb":
        run.watch(model)
    for number in range(1, 6):
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.mul_(0.999)
        time.sleep(0.1)
        begin = time.perf_counter()
        if name == "trackerdb":
            run.epoch(number, {"loss": 0.5})
            waits.append(time.perf_counter() - begin)
            run.flush()
        elif name == "W&B offline":
            import wandb

            run.log({key: wandb.Histogram(p.detach()) for key, p in model.named_parameters()})
            waits.append(time.perf_counter() - begin)
        elif name == "SummaryWriter":
            for key, parameter in model.named_parameters():
                run.add_histogram(key, parameter, number)
            waits.append(time.perf_counter() - begin)
            run.flush()
        else:
            return {"skipped": f"{name} has no histograms"}
        stored.append(time.perf_counter() - begin)
    begin = time.perf_counter()
    optimizer.step()  # gradients are looked at in the first step after an epoch
    with_gradients = time.perf_counter() - begin
    begin = time.perf_counter()
    optimizer.step()
    usual = time.perf_counter() - begin
    logger.finish()
    return {
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "waits_seconds": statistics.median(waits),
        "stored_seconds": statistics.median(stored),
        "gradients_seconds": max(0.0, with_gradients - usual),
    }


def share(name: str) -> Dict[str, Any]:
    """The share of a training of LeNet-5 that passes in the calls of a logger: a loss each step, and at the end
    of an epoch what it keeps of weights."""
    import torch
    from torch import nn

    torch.manual_seed(1)
    model = nn.Sequential(
        nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip
    images, labels = torch.randn(6_400, 3, 32, 32), torch.randint(10, (6_400,))
    optimizer = torch.optim.SGD(model.parameters(), 0.01)
    logger = started(name)
    if name == "trackerdb":
        logger.run.watch(model, images[:1])
    inside = 0.0
    step = 0
    begin = time.perf_counter()
    for number in (1, 2):
        for start in range(0, len(images), 64):
            loss = nn.functional.cross_entropy(model(images[start : start + 64]), labels[start : start + 64])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            before = time.perf_counter()
            logger.log(loss, step)
            inside += time.perf_counter() - before
        before = time.perf_counter()
        if name == "trackerdb":
            logger.run.epoch(number, {"val/loss": 0.5})
        inside += time.perf_counter() - before
    seconds = time.perf_counter() - begin
    logger.finish()
    return {"training_seconds": seconds, "logging_seconds": inside, "logging_share": inside / seconds}


def main(measure: str, name: str) -> Dict[str, Any]:
    """One measurement."""
    needed = LOGGERS[name] + (["torch"] if measure in ("epoch", "share") else [])
    missing = [module for module in dict.fromkeys(needed) if importlib.util.find_spec(module) is None]
    if missing:
        return {"skipped": f"{', '.join(missing)} is missing"}
    found: Dict[str, Any] = {"call": call, "points": points, "epoch": epoch, "share": share}[measure](name)
    return found


if __name__ == "__main__":
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what loggers print is no result
    print(json.dumps(main(sys.argv[1], sys.argv[2])), file=output, flush=True)
