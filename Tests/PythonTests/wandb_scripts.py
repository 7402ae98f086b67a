"""Whole scripts for W&B, as people write them. Each ends its runs in the order of `init`."""

#: By what they are like; each line that they print is the same under W&B.
SCRIPTS = {
    "a loop with argparse": """
import argparse, random
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1); parser.add_argument("--layers", type=int, default=3)
args = parser.parse_args([])
random.seed(1)
wandb.init(project="demo", name="loop", config=vars(args), tags=["a", "b"], notes="n")
config = wandb.config
for epoch in range(5):
    for batch in range(4):
        wandb.log({"train/loss": random.random() / config.lr, "epoch": epoch})
    wandb.log({"val": {"loss": random.random(), "acc": epoch / 5}}, commit=False)
    wandb.log({"lr": args.lr * 0.9**epoch})
wandb.summary["best"] = 0.5
wandb.finish()
""",
    "steps and commits": """
run = wandb.init(project="demo")
run.log({"a": 1})
run.log({"b": 2}, step=5); run.log({"b": 3, "c": 4}, step=5); run.log({"d": 5})
run.log({"e": 6}); run.log({"e": 7}, commit=False); run.log({"e": 8}, commit=True)
run.log({"f": 9}, step=20, commit=True); run.log({"f": 10})
run.log({"g": float("nan"), "h": float("inf")})
run.log({"last": 11}, commit=False)
run.finish()
""",
    "a sweep in one process": """
for lr in (0.1, 0.01, 0.001):
    run = wandb.init(project="sweep", name=f"lr{lr}", config={"lr": lr, "net": {"width": 3}}, reinit=True, group="g")
    for step in range(3):
        wandb.log({"loss": lr * step})
    run.summary["final"] = lr
    run.finish()
""",
    "with and define_metric": """
with wandb.init(project="demo", config={"a": None, "b": [1, 2], "c": True}) as run:
    run.define_metric("epoch"); run.define_metric("val/*", step_metric="epoch", summary="max")
    for epoch in range(3):
        run.log({"epoch": epoch, "val/acc": epoch / 3, "done": False, "word": "x", "none": None})
""",
    "plots and tables each epoch": """
import numpy as np
wandb.init(project="demo")
for epoch in range(2):
    table = wandb.Table(columns=["id", "word"], data=[[1, "a"], [2, "b"]])
    table.add_data(3, "c")
    wandb.log({"table": table, "histogram": wandb.Histogram(np.arange(10)), "loss": np.float32(epoch),
               "image": wandb.Image(np.zeros((4, 4, 3), dtype=np.uint8), caption="c"),
               "cm": wandb.plot.confusion_matrix(y_true=[0, 1], preds=[0, 1], class_names=["x", "y"]),
               "line": wandb.plot.line_series(xs=[0, 1], ys=[[1, 2]], keys=["k"])})
wandb.finish()
""",
    "a loop like that of nanoGPT": """
import os, math, time
import torch, torch.nn as nn
out_dir = "out"; eval_interval = 100; log_interval = 1; eval_iters = 5
wandb_log = True; wandb_project = "owt"; wandb_run_name = "gpt2" # 'run' + str(time.time())
batch_size = 12; block_size = 8; n_layer = 2; dropout = 0.0; bias = False
learning_rate = 6e-4; max_iters = 300; weight_decay = 1e-1; beta1 = 0.9; grad_clip = 1.0; decay_lr = True
warmup_iters = 20; lr_decay_iters = 300; min_lr = 6e-5; device = "cpu"; dtype = "bfloat16"; compile = False
config_keys = [k for k,v in globals().items() if not k.startswith('_') and isinstance(v, (int, float, bool, str))]
config = {k: globals()[k] for k in config_keys} # will be useful for logging
torch.manual_seed(1337)
model = nn.Sequential(nn.Embedding(32, 16), nn.Linear(16, 32))
optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, betas=(beta1, 0.95), weight_decay=weight_decay)
def get_batch(split):
    x = torch.randint(32, (batch_size, block_size)); return x, torch.roll(x, -1, 1)
@torch.no_grad()
def estimate_loss():
    out = {}
    model.eval()
    for split in ['train', 'val']:
        losses = torch.zeros(eval_iters)
        for k in range(eval_iters):
            X, Y = get_batch(split)
            losses[k] = nn.functional.cross_entropy(model(X).flatten(0, 1), Y.flatten()).item()
        out[split] = losses.mean()
    model.train()
    return out
def get_lr(it):
    if it < warmup_iters: return learning_rate * it / warmup_iters
    decay_ratio = (it - warmup_iters) / (lr_decay_iters - warmup_iters)
    return min_lr + 0.5 * (1.0 + math.cos(math.pi * decay_ratio)) * (learning_rate - min_lr)
if wandb_log:
    wandb.init(project=wandb_project, name=wandb_run_name, config=config)
iter_num = 0; best_val_loss = 1e9; running_mfu = -1.0
while True:
    lr = get_lr(iter_num) if decay_lr else learning_rate
    for param_group in optimizer.param_groups: param_group['lr'] = lr
    if iter_num % eval_interval == 0:
        losses = estimate_loss()
        if wandb_log:
            wandb.log({"iter": iter_num, "train/loss": losses['train'], "val/loss": losses['val'], "lr": lr, "mfu": running_mfu*100})
        if losses['val'] < best_val_loss:
            best_val_loss = losses['val']
            if iter_num > 0:
                os.makedirs(out_dir, exist_ok=True)
                torch.save({'model': model.state_dict(), 'config': config}, os.path.join(out_dir, 'ckpt.pt'))
    X, Y = get_batch('train')
    loss = nn.functional.cross_entropy(model(X).flatten(0, 1), Y.flatten())
    loss.backward(); torch.nn.utils.clip_grad_norm_(model.parameters(), grad_clip); optimizer.step(); optimizer.zero_grad(set_to_none=True)
    iter_num += 1
    if iter_num > max_iters: break
""",
    "a callback like that of transformers": """
import argparse, os, tempfile, pathlib, json, numbers
import torch
os.environ.setdefault("WANDB_PROJECT", "huggingface")
class Callback:
    # As transformers' WandbCallback speaks.
    def __init__(self): self._wandb = wandb; self._initialized = False
    def setup(self, args, state, model):
        if self._wandb is None: return
        self._initialized = True
        combined_dict = {**vars(args)}
        combined_dict = {**model.config, **combined_dict}
        init_args = {}
        if args.run_name is not None: init_args["name"] = args.run_name
        if self._wandb.run is None:
            self._wandb.init(project=os.getenv("WANDB_PROJECT", "huggingface"), **init_args)
        self._wandb.config.update(combined_dict or {}, allow_val_change=True)
        if getattr(self._wandb, "define_metric", None):
            self._wandb.define_metric("train/global_step")
            self._wandb.define_metric("*", step_metric="train/global_step", step_sync=True)
        _watch_model = os.getenv("WANDB_WATCH", "false")
        if _watch_model in ("all", "parameters", "gradients"):
            self._wandb.watch(model, log=_watch_model, log_freq=max(100, 10))
        self._wandb.run._label(code="transformers_trainer")
        try: self._wandb.config["model/num_parameters"] = sum(p.numel() for p in model.parameters())
        except AttributeError: pass
    def on_log(self, state, logs):
        single_value_scalars = ["train_runtime", "train_samples_per_second", "train_loss", "total_flos"]
        for k, v in logs.items():
            if k in single_value_scalars: self._wandb.run.summary[k] = v
        non_scalar_logs = {k: v for k, v in logs.items() if k not in single_value_scalars}
        d = {}
        for k, v in non_scalar_logs.items():
            d["eval/" + k[5:] if k.startswith("eval_") else "train/" + k] = v
        self._wandb.log({**d, "train/global_step": state["global_step"]})
    def on_save(self, args, state):
        artifact = self._wandb.Artifact(name=f"checkpoint-{state['global_step']}", type="model", metadata={"train/loss": 0.5})
        with tempfile.TemporaryDirectory() as d:
            pathlib.Path(d, "model.bin").write_bytes(b"weights"); pathlib.Path(d, "config.json").write_text("{}")
            artifact.add_dir(d)
            self._wandb.log_artifact(artifact, aliases=[f"epoch_{1}", f"checkpoint_global_step_{state['global_step']}"])
parser = argparse.ArgumentParser()
parser.add_argument("--run_name", default="bert"); parser.add_argument("--learning_rate", type=float, default=5e-5)
parser.add_argument("--fp16", action="store_true"); parser.add_argument("--layers", nargs="+", type=int, default=[1, 2])
args = parser.parse_args([])
model = torch.nn.Linear(3, 2); model.config = {"hidden_size": 3, "architectures": ["Linear"], "id2label": {0: "no", 1: "yes"}, "torch_dtype": None}
cb = Callback(); state = {"global_step": 0}
cb.setup(args, state, model)
for step in range(10, 60, 10):
    state["global_step"] = step
    cb.on_log(state, {"loss": 1.0 / step, "grad_norm": torch.tensor(0.5), "learning_rate": 5e-5 * (1 - step / 50), "epoch": step / 50})
    if step % 20 == 0: cb.on_log(state, {"eval_loss": 2.0 / step, "eval_accuracy": 0.5, "eval_runtime": 1.25, "epoch": step / 50})
cb.on_save(args, state)
cb.on_log(state, {"train_runtime": 12.5, "train_samples_per_second": 10.0, "train_loss": 0.25, "total_flos": 123456789.0, "epoch": 1.0})
print(wandb.run.name, wandb.run.project, sorted(wandb.config.keys()))
print(wandb.run.summary["train_loss"], wandb.config["learning_rate"], wandb.config.layers)
wandb.finish()
""",
    "a grid of runs and their summary": """
import itertools, random
results = []
for lr, width in itertools.product([0.1, 0.01], [8, 16]):
    config = dict(lr=lr, width=width, model=dict(name="mlp", dropout=0.0), optimizer="adam")
    with wandb.init(project="grid", group="grid-1", job_type="train", name=f"lr={lr}-w={width}", config=config, reinit="finish_previous") as run:
        cfg = run.config
        random.seed(width)
        best = 0
        for epoch in range(1, 4):
            acc = random.random()
            best = max(best, acc)
            run.log({"epoch": epoch, "train": {"loss": cfg.lr * epoch, "acc": acc}, "val/acc": acc / 2})
        run.summary["best_val_acc"] = best
        run.summary.update({"n_params": cfg["width"] * 10})
        results.append((round(best, 6), sorted(cfg.model), run.summary["best_val_acc"] == best, run.summary["epoch"]))
print(max(results, key=lambda r: r[0]))
run = wandb.init(project="grid", job_type="summary", name="summary")
table = wandb.Table(columns=["lr", "width", "best"])
for i, r in enumerate(results): table.add_data([0.1, 0.1, 0.01, 0.01][i], [8, 16, 8, 16][i], r[0])
run.log({"results": table})
run.finish()
""",
    "a logger like that of Lightning": """
import argparse, torch
from torch import nn
class Logger:
    # As Lightning's WandbLogger speaks.
    def __init__(self, name=None, project="lightning_logs", save_dir=".", log_model=False, prefix="", **kwargs):
        self._wandb_init = dict(name=name, project=project, id=kwargs.pop("version", None), dir=save_dir, resume="allow", **kwargs)
        self._prefix = prefix; self._experiment = None
    @property
    def experiment(self):
        if self._experiment is None:
            if wandb.run is not None: self._experiment = wandb.run
            else: self._experiment = wandb.init(**self._wandb_init)
            if getattr(self._experiment, "define_metric", None):
                self._experiment.define_metric("trainer/global_step")
                self._experiment.define_metric("*", step_metric="trainer/global_step", step_sync=True)
        return self._experiment
    def watch(self, model, log="gradients", log_freq=100, log_graph=True): self.experiment.watch(model, log=log, log_freq=log_freq, log_graph=log_graph)
    def log_hyperparams(self, params):
        if isinstance(params, argparse.Namespace): params = vars(params)
        self.experiment.config.update({k: v for k, v in params.items()}, allow_val_change=True)
    def log_metrics(self, metrics, step=None):
        metrics = {self._prefix + k: v for k, v in metrics.items()}
        if step is not None: self.experiment.log(dict(metrics, **{"trainer/global_step": step}))
        else: self.experiment.log(metrics)
    def log_table(self, key, columns=None, data=None, step=None):
        self.log_metrics({key: wandb.Table(columns=columns, data=data)}, step)
    def log_image(self, key, images, step=None, **kwargs):
        n = len(images); kwarg_list = [{k: kwargs[k][i] for k in kwargs} for i in range(n)]
        self.log_metrics({key: [wandb.Image(img, **kwarg) for img, kwarg in zip(images, kwarg_list)]}, step)
    @property
    def version(self): return self._experiment.id if self._experiment else self._wandb_init["id"]
    def finalize(self, status): pass
logger = Logger(name="lit", project="lit", version="abc123", tags=["t"])
logger.log_hyperparams(argparse.Namespace(lr=0.02, layers=[3, 4], act=nn.ReLU))
logger.log_hyperparams({"lr": 0.02, "batch_size": 32, "data": {"path": "x", "workers": 2}})
for step in range(0, 200, 50):
    logger.log_metrics({"train_loss_step": 1.0 / (step + 1), "epoch": step // 100}, step)
    if step % 100 == 50: logger.log_metrics({"val_loss": 0.5, "val_acc": torch.tensor(0.75).item(), "epoch": step // 100}, step)
logger.log_image("samples", [torch.zeros(3, 8, 8), torch.ones(3, 8, 8)], step=199, caption=["a", "b"])
logger.log_table("text", columns=["in", "out"], data=[["a", "b"], ["c", "d"]], step=199)
print(logger.version, logger.experiment.step)
logger.finalize("success")
wandb.finish()
""",
    "plots, tables and media of many kinds": """
import numpy as np, pandas as pd
from PIL import Image as PILImage
run = wandb.init(project="plots", config=dict(epochs=2))
classes = ["cat", "dog", "owl"]
rng = np.random.default_rng(0)
for epoch in range(run.config.epochs):
    probs = rng.random((6, 3)); truth = rng.integers(3, size=6); preds = probs.argmax(1)
    table = wandb.Table(dataframe=pd.DataFrame({"id": range(3), "loss": [0.5, 0.25, np.nan], "label": ["a", "b", None]}))
    images = wandb.Table(columns=["image", "pred", "score"])
    for i in range(2): images.add_data(wandb.Image(rng.integers(255, size=(8, 8, 3), dtype=np.uint8)), classes[preds[i]], float(probs[i].max()))
    data = [[x, y] for x, y in zip([0, 1, 2], [0.0, 0.5, 1.0])]
    points = wandb.Table(data=data, columns=["fpr", "tpr"])
    wandb.log({
        "epoch": epoch, "loss": 1.0 / (epoch + 1),
        "examples": [wandb.Image(np.zeros((4, 4), np.uint8), caption=f"image {i}") for i in range(2)],
        "pil": wandb.Image(PILImage.new("RGB", (4, 4))), "mask": wandb.Image(np.ones((4, 4, 1))),
        "frame": table, "predictions": images,
        "line": wandb.plot.line(points, "fpr", "tpr", title="line"), "scatter": wandb.plot.scatter(points, "fpr", "tpr"),
        "bar": wandb.plot.bar(wandb.Table(data=[["a", 1.0]], columns=["label", "value"]), "label", "value", title="bar"),
        "hist": wandb.plot.histogram(wandb.Table(data=[[0.5], [0.25]], columns=["s"]), "s", title="h"),
        "conf": wandb.plot.confusion_matrix(probs=None, y_true=truth.tolist(), preds=preds.tolist(), class_names=classes),
        "weights": wandb.Histogram(rng.normal(size=100)), "np_hist": wandb.Histogram(np_histogram=np.histogram([1, 2, 3])),
        "array": rng.normal(size=50), "html": wandb.Html("<b>x</b>"),
        "list": [1, 2, 3], "words": "text", "flag": np.bool_(True), "count": np.int64(3), "f16": np.float16(0.5),
    })
run.finish()
""",
    "artifacts and files": """
import json, os, pathlib
with wandb.init(project="artifacts", job_type="load-data") as run:
    raw = wandb.Artifact("mnist-raw", type="dataset", description="Raw", metadata={"source": "x", "sizes": [2, 1]})
    for name in ("training", "test"):
        with raw.new_file(name + ".json", mode="w") as file: json.dump([1, 2], file)
    pathlib.Path("data").mkdir(); pathlib.Path("data/a.txt").write_text("a"); pathlib.Path("data/b").mkdir(); pathlib.Path("data/b/c.txt").write_text("c")
    raw.add_dir("data", name="extra"); raw.add_file("data/a.txt", name="renamed.txt"); raw.add_reference("https://example.com/x.csv", name="x.csv", checksum=False)
    raw.add(wandb.Table(columns=["a"], data=[[1]]), "table")
    print(raw.name, raw.type, sorted(raw.metadata))
    run.log_artifact(raw, aliases=["latest", "v1"])
    run.log({"done": 1})
with wandb.init(project="artifacts", job_type="train") as run:
    pathlib.Path("model.pt").write_bytes(b"123")
    art = wandb.Artifact(f"model-{1}", "model"); art.add_file("model.pt"); wandb.log_artifact(art)
    run.log_model("model.pt", name="net")
    wandb.save("model.pt"); wandb.save("data/*.txt", base_path="data", policy="now")
    with open(os.path.join(wandb.run.dir, "note.txt"), "w") as file: file.write("n")
    run.log({"loss": 0.5})
""",
    "define_metric and steps": """
run = wandb.init(project="define", config={"a": 1})
run.define_metric("loss", summary="min"); wandb.define_metric("acc", summary="max", step_metric="custom/step")
wandb.define_metric("custom/step"); wandb.define_metric("val/*", step_metric="custom/step", summary="min,max,mean,last")
wandb.define_metric("hidden", hidden=True); wandb.define_metric("none", summary="none")
for i in range(5):
    wandb.log({"loss": [3, 1, 2, 5, 4][i], "acc": [0.1, 0.9, 0.5, 0.2, 0.3][i], "custom/step": i * i, "val/x": i, "hidden": i, "none": i})
print(run.step, run.summary["custom/step"])
run.log({"loss": 0.5}, step=10)
run.log({"loss": 0.25}, step=10)
run.log({"acc": 0.75})
print(run.step)
wandb.log({})
wandb.log({"nested": {"a": {"b": 1}, "c": [1, 2]}, "t": (1, 2)})
print(run.step)
run.finish(exit_code=0)
""",
    "names from the environment, resume and reinit": """
import os
settings = wandb.Settings(console="off", silent=True)

os.environ["WANDB_PROJECT"] = "from-env"; os.environ["WANDB_TAGS"] = "x,y"; os.environ["WANDB_NOTES"] = "note"; os.environ["WANDB_NAME"] = "named"
run = wandb.init(id="myid", resume="allow", settings=settings, dir=".")
print(run.id, run.project, run.name, run.tags, run.notes, run.resumed, run.starting_step, run.step)
for i in range(3): run.log({"i": i})
print(run.step); run.tags = run.tags + ("late",); run.notes = "other"; print(run.tags, run.notes)
run.name = "renamed"
wandb.config.lr = 0.1; wandb.config["b"] = {"c": 1}; wandb.config.update({"d": 1, "e.f": {"e": 2}})
print(wandb.config["b"], dict(wandb.config), "lr" in wandb.config, wandb.config.get("zz"), len(wandb.config.keys()))
same = wandb.init(project="ignored"); print(same is run, wandb.run is run)
old, run = run, wandb.init(project="second", reinit=True, mode="offline", notes="n2", tags=["only"])
print(run is old, wandb.run is run, run.tags, run.id != old.id)
run.log({"j": 1}); run.log({"j": 2})
wandb.finish()
print(wandb.run)
with wandb.init(mode="disabled") as run: run.log({"k": 1}); print(run.disabled)
""",
}

#: A training of reinforcement learning like those of CleanRL, which logs by TensorBoard's writer alone.
PPO = """
import argparse, os, random, time
from dataclasses import dataclass, asdict
import numpy as np, torch, torch.nn as nn
from torch.utils.tensorboard import SummaryWriter
@dataclass
class Args:
    exp_name: str = "ppo"
    seed: int = 1
    torch_deterministic: bool = True
    track: bool = True
    wandb_project_name: str = "cleanRL"
    wandb_entity: str = None
    env_id: str = "CartPole-v1"
    total_timesteps: int = 512
    learning_rate: float = 2.5e-4
    num_envs: int = 4
    num_steps: int = 32
    batch_size: int = 0
    num_iterations: int = 0
args = Args()
args.batch_size = int(args.num_envs * args.num_steps)
args.num_iterations = args.total_timesteps // args.batch_size
run_name = f"{args.env_id}__{args.exp_name}__{args.seed}__{1700000000}"
if args.track:
    wandb.init(project=args.wandb_project_name, entity=args.wandb_entity, sync_tensorboard=True,
               config=vars(args), name=run_name, save_code=True)
writer = SummaryWriter(f"runs/{run_name}")
writer.add_text("hyperparameters", "|param|value|\\n|-|-|\\n%s" % ("\\n".join([f"|{key}|{value}|" for key, value in vars(args).items()])))
random.seed(args.seed); np.random.seed(args.seed); torch.manual_seed(args.seed)
agent = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2))
optimizer = torch.optim.Adam(agent.parameters(), lr=args.learning_rate, eps=1e-5)
global_step = 0
start_time = time.time()
for iteration in range(1, args.num_iterations + 1):
    frac = 1.0 - (iteration - 1.0) / args.num_iterations
    optimizer.param_groups[0]["lr"] = frac * args.learning_rate
    for step in range(args.num_steps):
        global_step += args.num_envs
        if random.random() < 0.2:
            writer.add_scalar("charts/episodic_return", np.float64(random.random() * 100), global_step)
            writer.add_scalar("charts/episodic_length", np.int32(random.randrange(100)), global_step)
    loss = agent(torch.randn(16, 4)).square().mean()
    optimizer.zero_grad(); loss.backward(); nn.utils.clip_grad_norm_(agent.parameters(), 0.5); optimizer.step()
    writer.add_scalar("charts/learning_rate", optimizer.param_groups[0]["lr"], global_step)
    writer.add_scalar("losses/value_loss", loss.item(), global_step)
    writer.add_scalar("losses/clipfrac", np.mean([0.1, 0.2]), global_step)
    writer.add_scalar("losses/explained_variance", np.nan if iteration == 1 else np.var([1, 2]), global_step)
    writer.add_scalar("charts/SPS", 100 + iteration, global_step)
writer.close()
"""

#: A training whose model is watched.
WATCH = """
import torch, torch.nn as nn
torch.manual_seed(0)
config = dict(epochs=2, classes=3, kernels=[4, 8], batch_size=8, learning_rate=0.005, dataset="MNIST", architecture="CNN")
with wandb.init(project="pytorch-demo", config=config):
    config = wandb.config
    model = nn.Sequential(nn.Conv2d(1, config.kernels[0], 3), nn.ReLU(), nn.Flatten(), nn.Linear(config.kernels[0] * 36, config.classes))
    criterion = nn.CrossEntropyLoss(); optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    wandb.watch(model, criterion, log="all", log_freq=2)
    example_ct = 0; batch_ct = 0
    for epoch in range(config.epochs):
        for _ in range(5):
            images, labels = torch.randn(config.batch_size, 1, 8, 8), torch.randint(3, (config.batch_size,))
            loss = criterion(model(images), labels)
            optimizer.zero_grad(); loss.backward(); optimizer.step()
            example_ct += len(images); batch_ct += 1
            if (batch_ct + 1) % 5 == 0:
                wandb.log({"epoch": epoch, "loss": loss}, step=example_ct)
    wandb.log({"test_accuracy": 0.5})
"""
