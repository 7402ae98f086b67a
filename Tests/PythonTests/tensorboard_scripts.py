"""Whole scripts for TensorBoard's writer, as people write them."""

#: By what they are like.
SCRIPTS = {
    "a training with its settings as text": """
import argparse, random
parser = argparse.ArgumentParser(); parser.add_argument("--lr", type=float, default=0.5)
args = parser.parse_args([])
random.seed(1)
writer = SummaryWriter("runs/train")
writer.add_text("hyperparameters", "|param|value|\\n|-|-|\\n" + "\\n".join(f"|{k}|{v}|" for k, v in vars(args).items()))
step = 0
for epoch in range(3):
    for batch in range(4):
        step += 1
        writer.add_scalar("loss/step", random.random() / args.lr, step)
    writer.add_scalar("loss/epoch", random.random(), epoch)
    writer.add_scalar("accuracy", epoch / 3, global_step=epoch)
    writer.add_scalar("lr", args.lr * 0.5 ** epoch, epoch, walltime=1_700_000_000 + epoch)
    writer.flush()
writer.close()
""",
    "writers of training and validation": """
import numpy as np
train, val = SummaryWriter("runs/x/train"), SummaryWriter("runs/x/val")
for epoch in range(4):
    train.add_scalar("loss", np.float32(1 / (epoch + 1)), epoch)
    with torch.no_grad(): val.add_scalar("loss", torch.tensor(2.0 / (epoch + 1)), epoch)
    val.add_scalar("nothing", float("nan"), epoch)
train.close(); val.close()
""",
    "weights, gradients and pictures of each epoch": """
torch.manual_seed(1)
model = torch.nn.Sequential(torch.nn.Linear(6, 5), torch.nn.ReLU(), torch.nn.Linear(5, 2))
optimizer = torch.optim.SGD(model.parameters(), 0.1)
with SummaryWriter("runs/net", flush_secs=10) as writer:
    for epoch in range(2):
        loss = model(torch.randn(8, 6)).square().mean()
        optimizer.zero_grad(); loss.backward(); optimizer.step()
        for name, parameter in model.named_parameters():
            writer.add_histogram(name, parameter, epoch)
            writer.add_histogram(name + "/grad", parameter.grad, epoch, bins="auto")
        writer.add_image("noise", torch.rand(3, 4, 4), epoch)
        writer.add_scalar("loss", loss, epoch)
""",
    "several scalars at once": """
writer = SummaryWriter("runs/several")
for step in range(3):
    writer.add_scalars("loss", {"train": step / 2, "val": step / 4}, step)
writer.close()
""",
    "a search over settings": """
for lr in (0.5, 0.25):
    with SummaryWriter(f"search/lr{lr}/log") as writer:
        for step in range(2): writer.add_scalar("loss", lr * step, step)
        writer.add_hparams({"lr": lr, "net": "small", "batch": 32}, {"hparam/accuracy": 1 - lr})
""",
    "settings with results, and comments on folders that nobody named": """
import random
random.seed(3)
for lr, size in ((0.1, 1), (0.01, 5)):
    writer = SummaryWriter(comment=f"_LR_{lr}_BS_{size}")
    assert writer.log_dir.startswith("runs/") and writer.log_dir.endswith(f"_LR_{lr}_BS_{size}"), writer.log_dir
    for n_iter in range(3): writer.add_scalar("Loss/train", random.random(), n_iter); writer.add_scalar("Accuracy/test", random.random(), n_iter)
    writer.flush(); writer.flush(); writer.close(); writer.close()
with SummaryWriter(None, "comment", flush_secs=1, max_queue=1, filename_suffix=".x") as writer:
    writer.add_scalar("alone", 1.0)
""",
    "pictures, sounds and words": """
import numpy as np
img = np.zeros((3, 10, 10)); img[0] = np.arange(0, 100).reshape(10, 10) / 100
batch = np.zeros((4, 3, 8, 8)); batch[1:] += 0.5
with SummaryWriter(log_dir="runs/media") as w:
    w.add_image("my_image", img, 0); w.add_image("my_image_HWC", img.transpose(1, 2, 0), 0, dataformats="HWC")
    w.add_image("gray", torch.rand(1, 5, 5), 1); w.add_image("hw", torch.rand(5, 5), 1, dataformats="HW"); w.add_image("uint8", torch.randint(0, 255, (3, 5, 5), dtype=torch.uint8), 2)
    w.add_images("batch", batch, 0); w.add_images("batch_nhwc", batch.transpose(0, 2, 3, 1), 3, dataformats="NHWC")
    w.add_text("lstm", "This is an lstm", 0); w.add_text("rnn", "This is an rnn", 10); w.add_text("no step", "text")
    w.add_image_with_boxes("boxes", np.zeros((3, 20, 20)), np.array([[1, 1, 5, 5]]), 4)
    w.add_scalar("last", 2, 1)
""",
    "histograms by every rule": """
import numpy as np
torch.manual_seed(2); rng = np.random.default_rng(2)
writer = SummaryWriter("runs/histograms")
for i in range(4):
    writer.add_histogram("distribution centers", rng.random(100) + i, i)
    writer.add_histogram("fd", rng.normal(size=200), i, bins="fd"); writer.add_histogram("auto", torch.randn(50).double(), i, bins="auto")
    writer.add_histogram("ten", rng.normal(size=100), i, bins=10); writer.add_histogram("ints", np.arange(20) % 7, i); writer.add_histogram("const", np.ones(5), i)
dummy_data = [v for idx, value in enumerate(range(50)) for v in [idx + 0.001] * value]
values = np.array(dummy_data, dtype=float); counts, limits = np.histogram(values)
writer.add_histogram_raw(tag="raw", min=values.min(), max=values.max(), num=len(values), sum=values.sum(), sum_squares=values.dot(values), bucket_limits=limits[1:].tolist(), bucket_counts=counts.tolist(), global_step=0)
writer.add_scalar("x", np.float16(0.5), np.int32(7)); writer.add_scalar("y", torch.tensor([3.0]), 8, double_precision=True); writer.add_scalar("z", True, 9)
writer.close()
""",
    "a training that starts again at a step": """
for attempt, first in ((0, 0), (1, 3)):
    writer = SummaryWriter("runs/again", purge_step=first if attempt else None)
    for step in range(first, first + 4): writer.add_scalar("loss", 10 * attempt + step, step); writer.add_scalar("lr", 0.1 / (step + 1), step)
    writer.close()
writer = SummaryWriter("runs/again", purge_step=6)
writer.add_scalar("loss", 99, 6); writer.add_scalar("lr", 0.5, 6)
writer.close()
""",
    "curves of several runs in one chart": """
import numpy as np
writer = SummaryWriter("runs/curves")
r = 5
for i in range(3):
    writer.add_scalars("run_14h", {"xsinx": i * np.sin(i / r), "xcosx": i * np.cos(i / r), "tanx": np.tan(i / r)}, i, walltime=1_700_000_000 + i)
writer.add_scalars("other", {"a": torch.tensor(1.5)})
writer.close()
""",
}
