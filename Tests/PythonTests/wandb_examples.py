"""More scripts for W&B: what its documentation, its examples and well known trainings show.

Each ends its runs in the order of `init`, and prints the same lines under W&B.
"""

EXAMPLES = {
    "the quickstart, with Settings": """
import random
random.seed(5)
settings = wandb.Settings(console="off", silent=True, init_timeout=120, x_disable_stats=True)
with wandb.init(entity="team", project="my-awesome-project", settings=settings, job_type="train",
                config={"learning_rate": 0.02, "architecture": "CNN", "dataset": "CIFAR-100", "epochs": 10}) as run:
    offset = random.random() / 5
    for epoch in range(2, run.config.epochs):
        acc = 1 - 2**-epoch - random.random() / epoch - offset
        loss = 2**-epoch + random.random() / epoch + offset
        run.log({"acc": acc, "loss": loss})
    print(run.config["architecture"], run.job_type, run.project, run.entity, run.step, run.summary["acc"] == acc)
print(wandb.run)
""",
    "argparse that the config overrides": """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("-b", "--batch_size", type=int, default=32)
parser.add_argument("-e", "--epochs", type=int, default=3)
parser.add_argument("--betas", type=float, nargs=2, default=[0.9, 0.999])
parser.add_argument("--resume", default=None); parser.add_argument("--amp", action="store_true")
args = parser.parse_args(["-b", "8"])
defaults = dict(lr=1e-3, epochs=5, optimizer=dict(name="adam", weight_decay=0.01))
run = wandb.init(project="config", config=defaults)
wandb.config.update(args, allow_val_change=True)
wandb.config.update({"dropout": 0.1, "schedule": ["warmup", "cosine"]})
wandb.config.setdefaults({"lr": 5, "momentum": 0.9})
config = wandb.config
for epoch in range(config.epochs):
    wandb.log({"loss": 1 / (epoch + 1), "lr": config.lr * 0.5**epoch, "optimizer": {"wd": config.optimizer["weight_decay"]}})
print(sorted(config.keys()), config.batch_size, config["betas"], config.get("nothing", 3), "amp" in config)
# W&B returns the keys of a nested dictionary in any order.
print(sorted(dict(config)["optimizer"].items()), config.as_dict()["schedule"])
wandb.finish()
""",
    "metrics of several axes": """
run = wandb.init(project="axes")
run.define_metric("train/step"); run.define_metric("val/step")
run.define_metric("train/*", step_metric="train/step"); run.define_metric("val/*", step_metric="val/step")
run.define_metric("val/loss", summary="min", step_metric="val/step"); run.define_metric("val/accuracy", summary="max")
train_step = val_step = 0
for epoch in range(3):
    for batch in range(4):
        train_step += 1
        wandb.log({"train/loss": 1.0 / train_step, "train/step": train_step})
    for batch in range(2):
        val_step += 1
        wandb.log({"val/loss": 2.0 / val_step, "val/accuracy": val_step / 10, "val/step": val_step})
    wandb.log({"val/loss": 0.5, "train/loss": 0.25})
print(run.summary["train/step"], run.summary["val/step"])
wandb.finish()
""",
    "a table of predictions that grows": """
import numpy as np
rng = np.random.default_rng(3)
columns = ["id", "image", "guess", "truth"] + [f"score_{digit}" for digit in range(3)]
with wandb.init(project="tables", config={"batches": 2}) as run:
    test_table = wandb.Table(columns=columns)
    for batch in range(run.config.batches):
        images = rng.integers(0, 255, size=(2, 8, 8), dtype=np.uint8); scores = rng.random((2, 3))
        for number, (image, score) in enumerate(zip(images, scores)):
            test_table.add_data(f"{number}_{batch}", wandb.Image(image), int(score.argmax()), 1, *score)
    run.log({"test_predictions": test_table})
    extra = wandb.Table(columns=["a", "b"], data=[[1, 2.5], [3, 4.5]])
    extra.add_column(name="c", data=["x", "y"]); extra.add_row(5, 6.5, "z")
    print(extra.columns, extra.get_column("a"), [row for _, row in extra.iterrows()], len(extra.data))
    run.log({"extra": extra, "mixed": wandb.Table(columns=["v"], data=[[1], ["one"], [None]], allow_mixed_types=True)})
    run.log({"grid": [wandb.Image(image, caption=f"digit {number}") for number, image in enumerate(images)]}, commit=False)
    run.log({"accuracy": 0.5})
""",
    "artifacts between two runs": """
import json, os, pathlib
with wandb.init(project="artifacts", job_type="preprocess") as run:
    pathlib.Path("data/raw").mkdir(parents=True); pathlib.Path("data/raw/a.json").write_text("[1, 2]"); pathlib.Path("data/b.txt").write_text("b")
    dataset = wandb.Artifact("dataset", type="dataset", description="numbers", metadata=dict(size=2))
    dataset.add_dir("data"); dataset.metadata["split"] = "train"; dataset.description = "some numbers"
    logged = run.log_artifact(dataset, aliases=["raw", "v0"], tags=["small"])
    print(logged.name.split(":")[0], logged.type, dataset.metadata)
    run.log({"files": 2})
    path = run.log_artifact("data/b.txt", name="single", type="file")
    print(path.name.split(":")[0], path.type)
with wandb.init(project="artifacts", job_type="train", config={"artifact": "dataset:latest"}) as run:
    model = wandb.Artifact(name=f"model-of-{run.project}", type="model")
    with model.new_file("weights.bin", mode="wb") as file: file.write(bytes(range(10)))
    with model.new_file("config.json", encoding="utf-8") as file: json.dump({"layers": 2}, file)
    model.add_file("data/b.txt", name="notes/b.txt")
    run.log_artifact(model)
    run.log({"loss": 0.5}); run.summary["artifact"] = model.name.split(":")[0]
    print(run.summary["artifact"])
""",
    "a run that goes on by its id": """
run = wandb.init(project="resume", id="fixed-id", resume="allow", name="first")
print(run.resumed, run.id, run.name, wandb.run.step)
for step in range(3): run.log({"loss": 1 - step / 10}, step=step)
run.summary.update({"best": {"loss": 0.8, "step": 2}, "done": False})
run.summary["best"]["loss"] = 0.7
print(run.summary["done"], sorted(key for key in run.summary.keys() if key[0] != "_"), run.summary.get("nothing"), "loss" in run.summary.keys())
run.mark_preempting()
wandb.finish(exit_code=0)
""",
    "a watched model in float and half": """
import torch, torch.nn as nn, torch.nn.functional as F
torch.manual_seed(2)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3); self.fc1 = nn.Linear(4 * 36, 10); self.fc2 = nn.Linear(10, 3)
    def forward(self, x): return F.log_softmax(self.fc2(F.relu(self.fc1(F.relu(self.conv1(x)).flatten(1)))), dim=1)
config = dict(epochs=2, lr=0.05, log_interval=2)
wandb.init(project="mnist", config=config); args = wandb.config
model = Net(); optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=0.9)
wandb.watch(model, log_freq=100)
for epoch in range(args.epochs):
    model.train()
    for batch_idx in range(4):
        data, target = torch.randn(6, 1, 8, 8), torch.randint(3, (6,))
        optimizer.zero_grad(); loss = F.nll_loss(model(data), target); loss.backward(); optimizer.step()
        if batch_idx % args.log_interval == 0: wandb.log({"loss": loss.item(), "epoch": epoch})
    model.eval()
    with torch.no_grad(): pred = model(data).argmax(1)
    wandb.log({"Test Accuracy": 100.0 * pred.eq(target).sum() / 6, "Test Loss": loss.detach().half(), "count": pred.eq(target).sum()})
wandb.unwatch(model)
wandb.finish()
""",
    "groups, alerts and notes of several workers": """
import datetime
for worker in range(2):
    run = wandb.init(project="group", group="experiment-1", job_type=f"worker-{worker}", name=f"w{worker}", reinit="finish_previous",
                     tags=("ddp", f"rank{worker}"), notes="several workers", config={"rank": worker})
    run.alert(title="Low accuracy", text=f"worker {worker} is below 0.1", level=wandb.AlertLevel.WARN, wait_duration=datetime.timedelta(minutes=5))
    wandb.alert("again", "text", level="INFO", wait_duration=300)
    for step in range(3): run.log({"loss": worker + step / 10, "rank": worker}, step=step * 10)
    print(run.group, run.job_type, run.tags, run.notes, run.step)
    run.finish()
""",
    "a search by hand, as a sweep's function is written": """
import itertools, math, random
sweep_config = {"method": "grid", "metric": {"goal": "minimize", "name": "loss"},
                "parameters": {"lr": {"values": [0.1, 0.01]}, "units": {"values": [4, 8]}, "epochs": {"value": 2}}}
def train(config=None):
    with wandb.init(config=config, project="sweep", group="sweep-1", reinit="finish_previous") as run:
        config = run.config
        for epoch in range(config.epochs):
            run.log({"loss": math.exp(-config.lr * (epoch + 1)) / config["units"], "epoch": epoch})
        print(run.summary["loss"] < 1, run.sweep_id)
parameters = sweep_config["parameters"]
for lr, units in itertools.product(parameters["lr"]["values"], parameters["units"]["values"]):
    train({"lr": lr, "units": units, "epochs": parameters["epochs"]["value"]})
""",
    "folds with a class of settings, and what the summary holds": """
import time
class CFG: epochs = 2; folds = (0, 2); model = "b0"; betas = (0.9, (0.99, 0.999))
settings = {name: getattr(CFG, name) for name in dir(CFG) if not name.startswith("__")}
for fold in CFG.folds:
    run = wandb.init(project="folds", name=f"{CFG.model}_fold{fold}", config=settings, group=CFG.model, job_type="train", reinit=True)
    for epoch in range(CFG.epochs):
        wandb.log({f"[fold{fold}] loss": 1 / (epoch + 1), "test": {"score": epoch / 2, "ok": True}, "phase": "train", "none": None})
    summary = wandb.run.summary
    print(wandb.config.betas, wandb.config["folds"], summary["test"]["ok"], summary["phase"], sorted(key for key in summary.keys() if key[:4] != "test"))
    print(summary["_step"], abs(summary["_timestamp"] - time.time()) < 1000, 0 <= summary["_runtime"] < 1000)
    run.log({"late": 1.5}, step=9)
    run.finish()
""",
    "media of many kinds, and what is none": """
import io, numpy as np, datetime, pathlib, decimal, enum, collections
class Phase(enum.Enum): TRAIN = 1
run = wandb.init(project="media", config={"phase": Phase.TRAIN, "path": pathlib.PurePosixPath("/a/b"), "when": datetime.date(2026, 1, 2), "set": {1}})
pathlib.Path("page.html").write_text("<p>hi</p>"); pathlib.Path("x.png").write_bytes(b"\\x89PNG\\r\\n\\x1a\\n")
points = np.random.default_rng(1).random((5, 3))
run.log({"page": wandb.Html("<b>x</b>"), "file": wandb.Html(open("page.html")),
         "cloud": wandb.Object3D(points), "hist": wandb.Histogram([1, 2, 2, 3], num_bins=4), "rgba": wandb.Image(np.zeros((4, 4, 4), np.uint8))})
run.log({"chart": wandb.plot.bar(wandb.Table(data=[["a", 1], ["b", 2]], columns=["label", "value"]), "label", "value", title="Bars")})
run.log({"numbers": np.int32(4), "big": 2**40, "tiny": 1e-300, "neg": -0.0, "bool": True, "text": "x", "npbool": np.bool_(False), "arr1": np.array([2.5])})
run.log(collections.OrderedDict(a=1, b=collections.OrderedDict(c=2)))
run.log({"list": [], "tuple": (), "after": 1})
run.finish()
""",
}
