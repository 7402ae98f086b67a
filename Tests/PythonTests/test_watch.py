"""Watching models of real PyTorch."""

from __future__ import annotations

import copy
import io
import json
import math
import os
import subprocess
import unittest
import warnings

from support import FolderCase, needs, needs_tracker
from support import tracker as program

import trackerdb as tracker

try:
    import torch
    from torch import nn

    import models

    from trackerdb import _histograms
    from trackerdb._layers import layer_table
except ImportError:
    torch = None  # type: ignore[assignment]


def train(model: "nn.Module", shape: tuple, run: object = None, epochs: int = 2) -> list:
    """A short training of a fixed seed; the states at its end."""
    torch.manual_seed(5)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=0.01, momentum=0.9)
    for epoch in range(1, epochs + 1):
        model.train()
        for _ in range(3):
            loss = model(torch.randn(4, *shape)).float().square().mean()
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            if run is not None:
                run.log({"loss": loss})  # type: ignore[attr-defined]
        if run is not None:
            run.epoch(epoch, {"train/loss": loss})  # type: ignore[attr-defined]
    return [*model.state_dict().values(), torch.get_rng_state()]


@needs("torch")
class LayerTables(FolderCase):
    def test_parameters_and_macs_add_up(self) -> None:
        for name, (make, shape) in models.MODELS.items():
            with self.subTest(name):
                torch.manual_seed(1)
                model = make()
                rows = layer_table(model, torch.zeros(1, *shape))
                parameters = sum(p.numel() for p in model.parameters())
                self.assertEqual(sum(row["weight_count"] + row["bias_count"] for row in rows), parameters)
                self.assertEqual(len({row["name"] for row in rows}), len(rows))
                self.assertGreater(sum(row["macs"] for row in rows), 0)

    def test_lenet_is_the_engine_s_table(self) -> None:
        rows = layer_table(models.lenet(), torch.zeros(1, 3, 32, 32))
        macs = [row["macs"] for row in rows if row["macs"]]
        self.assertEqual(macs, [352_800, 240_000, 48_000, 10_080, 840])

    def test_attention_is_counted_whole(self) -> None:
        encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(32, 4, 64, batch_first=True), 2)
        for training in (True, False):
            encoder.train(training)
            rows = layer_table(encoder, torch.zeros(1, 10, 32))
            self.assertEqual(sum(row["macs"] for row in rows), 176_640)
            self.assertEqual(encoder.training, training)

    def test_recurrent_layers_go_by_the_formula(self) -> None:
        # Each element of a sequence meets the weights of each layer and direction once.
        for kind, gates in ((nn.RNN, 1), (nn.GRU, 3), (nn.LSTM, 4)):
            layer = kind(8, 16, num_layers=2, bidirectional=True)
            one = 2 * gates * 16 * (8 + 16)
            two = 2 * gates * 16 * (32 + 16)
            row = layer_table(layer, torch.zeros(5, 3, 8))[0]
            self.assertEqual(row["macs"], 5 * 3 * (one + two))
        projected = nn.LSTM(8, 16, proj_size=4)
        self.assertEqual(
            layer_table(projected, torch.zeros(5, 1, 8))[0]["macs"], 5 * (64 * 8 + 64 * 4 + 16 * 4)
        )

    def test_tied_weights_count_once_and_a_module_that_runs_twice_is_one_row(self) -> None:
        class Twice(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 4, bias=False)
                self.b.weight = self.a.weight

            def forward(self, x: torch.Tensor) -> torch.Tensor:
                return self.b(self.a(self.a(x)))

        rows = layer_table(Twice(), torch.zeros(1, 4))
        self.assertEqual([(r["name"], r["weight_count"], r["bias_count"], r["macs"]) for r in rows],
                         [("a", 16, 4, 32), ("b", 0, 0, 16)])  # fmt: skip

    def test_examples_of_each_form(self) -> None:
        class Two(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.fc = nn.Linear(3, 2)

            def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
                return self.fc(x + y)

        x, y = torch.zeros(1, 3), torch.zeros(1, 3)
        expected = layer_table(Two(), (x, y))
        self.assertEqual(layer_table(Two(), {"x": x, "y": y}), expected)
        with self.assertRaises(TypeError):
            layer_table(Two(), x)
        with self.assertRaises(TypeError):
            layer_table("model", x)

    def test_without_an_example_the_first_batch_gives_the_shapes(self) -> None:
        model = models.lenet()
        with tracker.start("r", db=self.db) as run:
            run.watch(model)
            train(model, (3, 32, 32), run, epochs=1)
        expected = layer_table(models.lenet(), torch.zeros(1, 3, 32, 32))
        found = self.dicts("SELECT * FROM layers ORDER BY position")
        self.assertEqual([{key: row[key] for key in expected[0]} for row in found], expected)
        self.assertFalse(any(module._forward_pre_hooks for module in model.modules()))

    def test_wrapped_models(self) -> None:
        inner = models.lenet()
        expected = layer_table(inner, torch.zeros(1, 3, 32, 32))
        self.assertEqual(layer_table(nn.DataParallel(inner), torch.zeros(1, 3, 32, 32)), expected)
        self.assertEqual(layer_table(torch.compile(inner), torch.zeros(1, 3, 32, 32)), expected)

    def test_what_a_scripted_module_does_not_show_is_said_once_and_the_rest_is_kept(self) -> None:
        found = self.script(
            """
            import warnings; warnings.simplefilter("ignore")
            import torch, trackerdb as tracker
            from torch import nn
            partly = nn.Sequential(nn.Linear(3, 2), torch.jit.script(nn.Linear(2, 2)))
            whole = torch.jit.script(nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 2)))
            for model in (partly, whole):
                optimizer = torch.optim.SGD(model.parameters(), 0.1)
                for example in (torch.zeros(1, 3), None):
                    with tracker.start("r") as run:
                        run.watch(model, example, activations=True)
                        for epoch in (1, 2):
                            optimizer.zero_grad(); model(torch.ones(4, 3)).sum().backward(); optimizer.step()
                            run.epoch(epoch)
            """
        )
        lines = found.stderr.splitlines()
        self.assertEqual((found.returncode, len(lines)), (0, len(set(lines))), found.stderr)
        self.assertTrue(all(line.startswith("trackerdb: ") for line in lines), found.stderr)
        for word in ("register_forward_hook", "register_forward_pre_hook", "cannot be looked into"):
            self.assertIn(word, found.stderr)
        self.assertEqual(
            self.sql("SELECT run_id, SUM(weight_count), SUM(bias_count) FROM layers GROUP BY run_id"),
            [(1, 10, 4), (2, 10, 4), (3, 10, 4)],
        )
        self.assertEqual(
            self.sql(
                "SELECT name, COUNT(*) FROM tensors GROUP BY name"
                " UNION ALL SELECT quantity || ' of ' || layer, COUNT(*) FROM histograms"
                " WHERE quantity <> 'activation' GROUP BY 1"
            ),
            [("0.bias", 8), ("0.weight", 8), ("1.bias", 8), ("1.weight", 8)]
            + [("gradient of 0", 4), ("gradient of 1", 4), ("weight of 0", 8), ("weight of 1", 8)],
        )

    def test_what_a_quantised_module_does_not_show_is_said_once(self) -> None:
        found = self.script(
            """
            import warnings; warnings.simplefilter("ignore")
            import torch, trackerdb as tracker
            from torch import nn
            model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Linear(4, 2)).eval()
            model = torch.ao.quantization.quantize_dynamic(model, {nn.Linear}, torch.qint8)
            with tracker.start("r") as run:
                run.watch(model, torch.zeros(1, 4))
                run.epoch(1); run.epoch(2)
            """
        )
        self.assertEqual(found.returncode, 0, found.stderr)
        lines = found.stderr.splitlines()
        self.assertEqual(len(lines), len(set(lines)))
        self.assertIn("'0._packed_params._packed_params'", found.stderr)
        self.assertEqual(self.sql("SELECT name FROM layers"), [("0",), ("1",), ("2",)])
        self.assertEqual(self.sql("SELECT COUNT(*) FROM tensors WHERE name LIKE '1.%'"), [(10,)])

    @needs_tracker
    def test_rows_of_lenet_and_mlp_are_the_engine_s(self) -> None:
        for name, model in (("lenet", models.lenet()), ("mlp", models.mlp())):
            subprocess.run(
                [
                    program(),
                    "run",
                    name,
                    "--data",
                    "shapes",
                    "--limit",
                    "64",
                    "--epochs",
                    "1",
                    "--db",
                    "engine.db",
                ],
                check=True,
                capture_output=True,
            )
            with tracker.start(name, db=self.db) as run:
                run.watch(model, torch.zeros(1, 3, 32, 32))
            query = "SELECT * FROM layers WHERE run_id = (SELECT MAX(id) FROM runs) ORDER BY position"
            self.assertEqual(self.dicts(query), self.dicts(query, db=os.path.join(self.folder, "engine.db")))


@needs("torch")
class LookingChangesNothing(FolderCase):
    def test_the_same_bits_with_and_without(self) -> None:
        for name, (make, shape) in models.MODELS.items():
            for example in (True, False):
                with self.subTest(name, example=example):
                    torch.manual_seed(1)
                    model = make()
                    other = copy.deepcopy(model)
                    expected = train(model, shape)
                    with tracker.start(name, db=self.db) as run:
                        torch.manual_seed(99)
                        run.watch(other, torch.zeros(2, *shape) if example else None, activations=True)
                        found = train(other, shape, run)
                    for a, b in zip(expected, found):
                        self.assertTrue(torch.equal(a, b))

    def test_a_compiled_model_has_the_same_graphs_and_bits(self) -> None:
        # Its graphs are captured as ever; only no code is made of them, for which a compiler would be needed.
        from torch import _dynamo as dynamo

        def compiled() -> "nn.Module":
            dynamo.reset()
            dynamo.utils.counters.clear()
            torch.manual_seed(1)
            layers = (nn.Linear(6, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Dropout(0.3), nn.Linear(5, 2))
            return torch.compile(nn.Sequential(*layers), backend="eager")

        expected = train(compiled(), (6,))
        graphs = {name: dict(counts) for name, counts in dynamo.utils.counters.items()}
        for example in (None, torch.zeros(2, 6)):
            model = compiled()
            with tracker.start("r", db=self.db) as run:
                run.watch(model, example)
                found = train(model, (6,), run)
            self.assertEqual({name: dict(counts) for name, counts in dynamo.utils.counters.items()}, graphs)
            for a, b in zip(expected, found):
                self.assertTrue(torch.equal(a, b))
        self.assertEqual(self.sql("SELECT COUNT(*) FROM layers"), [(10,)])

    def test_flags_hooks_buffers_and_random_state_stay(self) -> None:
        model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4, momentum=None), nn.Dropout(0.5))
        model[1].eval()
        calls: list = []
        model[0].register_forward_hook(lambda *words: calls.append(1))
        hooks = dict(model[0]._forward_hooks)
        before = [value.clone() for value in model.state_dict().values()]
        flags = [module.training for module in model.modules()]
        state = torch.get_rng_state()
        layer_table(model, torch.randn(3, 4))
        state_after = torch.get_rng_state()
        self.assertEqual(calls, [])
        self.assertEqual(dict(model[0]._forward_hooks), hooks)
        self.assertEqual([module.training for module in model.modules()], flags)
        for a, b in zip(before, model.state_dict().values()):
            self.assertTrue(torch.equal(a, b))
        torch.set_rng_state(state)
        torch.randn(3, 4)
        self.assertTrue(torch.equal(torch.get_rng_state(), state_after))

    def test_buffers_that_get_their_size_by_a_pass_stay(self) -> None:
        class Observer(nn.Linear):
            def __init__(self) -> None:
                super().__init__(4, 2)
                self.register_buffer("least", torch.zeros(0))

            def forward(self, x: torch.Tensor) -> torch.Tensor:
                self.least.resize_(2).copy_(self.weight.detach().amin(1))
                return super().forward(x)

        model = Observer()
        self.assertEqual(layer_table(model, torch.zeros(1, 4))[0]["macs"], 8)
        self.assertEqual(model.least.shape, (0,))

    def test_complex_weights_have_no_histograms_and_say_nothing(self) -> None:
        model = nn.Linear(4, 2, dtype=torch.complex64)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with warnings.catch_warnings(), tracker.start("r", db=self.db) as run:
            warnings.simplefilter("error")
            run.watch(model)
            for epoch in (1, 2):
                model(torch.ones(1, 4, dtype=torch.complex64)).abs().sum().backward()
                optimizer.step()
                run.epoch(epoch)
        self.assertEqual(self.sql("SELECT COUNT(*) FROM histograms"), [(0,)])
        kept = tracker.open(self.db).weights("r", 2)
        self.assertTrue(torch.equal(kept["weight"], model.weight.detach()))

    def test_finish_removes_every_hook(self) -> None:
        from torch.optim import optimizer

        before = dict(optimizer._global_optimizer_pre_hooks)
        first, second = nn.Sequential(nn.Linear(2, 2), nn.ReLU()), nn.Linear(2, 2)
        with tracker.start("r", db=self.db) as run:
            run.watch(first, torch.zeros(1, 2), activations=True)
            run.watch(second)  # which waits for its first batch
            run.epoch(1)
            self.assertTrue(first[0]._forward_hooks and second._forward_pre_hooks)
            self.assertNotEqual(dict(optimizer._global_optimizer_pre_hooks), before)
        for module in (*first.modules(), second):
            self.assertFalse(module._forward_hooks or module._forward_pre_hooks or module._backward_hooks)
        self.assertEqual(dict(optimizer._global_optimizer_pre_hooks), before)

    def test_a_model_that_fails_is_left_as_it_was(self) -> None:
        model = nn.Sequential(nn.Linear(4, 4), nn.Linear(3, 3))
        with tracker.start("r", db=self.db) as run, self.assertRaises(RuntimeError):
            run.watch(model, torch.zeros(1, 4))
        self.assertTrue(all(module.training and not module._forward_hooks for module in model.modules()))

    def test_watched_models_can_be_copied_pickled_and_saved(self) -> None:
        import pickle

        model = models.frozen()
        with tracker.start("r", db=self.db) as run:
            run.watch(model, activations=True)
            copy.deepcopy(model)(torch.zeros(1, 6))
            pickle.loads(pickle.dumps(model))(torch.zeros(1, 6))
            torch.save(model, io.BytesIO())
            train(model, (6,), run, epochs=1)
            torch.save(model, io.BytesIO())
            copy.deepcopy(model)
        self.assertFalse(
            any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
        )
        from torch.optim import optimizer

        self.assertFalse(optimizer._global_optimizer_pre_hooks)


@needs("torch")
class Snapshots(FolderCase):
    def restored(self, model: "nn.Module", epoch: object = None) -> None:
        """Loads the weights from the file by the reader and by the program, strictly."""
        states = [tracker.open(self.db).weights("latest", epoch)]  # type: ignore[arg-type]
        if program():
            states.append(self.exported())
        inner = getattr(model, "module", getattr(model, "_orig_mod", model))
        for state in states:
            for name, value in inner.state_dict().items():
                self.assertTrue(torch.equal(state[name], value), name)
                self.assertEqual(state[name].dtype, value.dtype)
            copy.deepcopy(inner).load_state_dict(state, strict=True)

    def exported(self) -> dict:
        """The tensors that `tracker export weights` writes of the latest run."""
        command = [program(), "export", "weights", "latest", "-o", "w.safetensors", "--db", self.db]
        found = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(found.returncode, 0, found.stderr)
        types = {
            "F32": torch.float32, "F64": torch.float64, "F16": torch.float16, "BF16": torch.bfloat16,
            "I64": torch.int64, "U8": torch.uint8, "BOOL": torch.bool, "C64": torch.complex64,
        }  # fmt: skip
        with open("w.safetensors", "rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
            data = file.read()
        os.remove("w.safetensors")
        tensors = {}
        for name, entry in header.items():
            if name != "__metadata__":
                part = bytearray(data[slice(*entry["data_offsets"])])
                shape, dtype = entry["shape"], types[entry["dtype"]]
                whole = torch.frombuffer(part, dtype=dtype) if part else torch.empty(0, dtype=dtype)
                tensors[name] = whole.reshape(shape)
        return tensors

    def test_every_model_comes_back(self) -> None:
        for name, (make, shape) in models.MODELS.items():
            with self.subTest(name):
                model = make()
                with tracker.start(name, db=self.db) as run:
                    run.watch(model, torch.zeros(1, *shape))
                    train(model, shape, run)
                self.restored(model)
                self.assertEqual(
                    self.sql("SELECT epoch, step FROM snapshots WHERE run_id = ? ORDER BY epoch", run.id),
                    [(1, 3), (2, 6)],
                )
        self.assertHealthy()

    def test_any_dtype(self) -> None:
        model = nn.Module()
        dtypes = (
            torch.bfloat16,
            torch.float16,
            torch.float64,
            torch.int64,
            torch.uint8,
            torch.bool,
            torch.complex64,
        )
        for number, dtype in enumerate(dtypes):
            model.register_buffer(f"b{number}", torch.arange(6).reshape(2, 3).to(dtype))
        model.register_buffer("scalar", torch.tensor(7))
        model.register_buffer("empty", torch.zeros(0, 3))
        model.register_buffer("strided", torch.arange(12.0).reshape(3, 4).t())
        with tracker.start("r", db=self.db) as run:
            run.watch(model, weights=1)
            run.epoch(1)
        self.restored(model)
        self.assertHealthy()

    def test_wrapped_models_have_plain_names(self) -> None:
        for wrap in (nn.DataParallel, torch.compile):
            inner = nn.Sequential(models.frozen(), wrap(nn.Linear(2, 2)))
            model = wrap(inner)
            with tracker.start("r", db=self.db) as run:
                run.watch(model)
                run.epoch(1)
            names = [
                row[0]
                for row in self.sql(
                    "SELECT name FROM tensors WHERE snapshot_id = (SELECT MAX(id) FROM snapshots)"
                )
            ]
            self.assertEqual(
                names, ["0.0.bias", "0.0.weight", "0.2.bias", "0.2.weight", "1.bias", "1.weight"]
            )

    def test_what_has_not_changed_is_not_stored_again(self) -> None:
        model = nn.Sequential(nn.Linear(600, 600), nn.Linear(600, 2))
        with tracker.start("r", db=self.db) as run:
            run.watch(model)
            for epoch in (1, 2, 3):
                run.epoch(epoch)
        self.assertEqual(self.sql("SELECT COUNT(*) FROM blobs"), [(4,)])
        self.assertEqual(self.sql("SELECT COUNT(*) FROM tensors"), [(12,)])
        self.assertEqual(self.sql("SELECT COUNT(*) FROM blob_chunks"), [(2,)])
        self.restored(model)
        self.assertHealthy()

    def test_an_epoch_returns_with_the_weights_as_they_are(self) -> None:
        model = nn.Linear(1000, 1000, bias=False)
        with tracker.start("r", db=self.db) as run:
            run.watch(model)
            for epoch in (1, 2, 3):
                with torch.no_grad():
                    model.weight.fill_(epoch)
                run.epoch(epoch)
                with torch.no_grad():
                    model.weight.fill_(-1)
        for epoch in (1, 2, 3):
            self.assertTrue((tracker.open(self.db).weights(1, epoch)["weight"] == epoch).all())

    def test_several_models_are_one_snapshot(self) -> None:
        a, b, c = nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2)
        with tracker.start("r", db=self.db) as run:
            run.watch(a, torch.zeros(1, 2))
            run.watch(b, torch.zeros(1, 2), name="critic")
            run.watch(c, torch.zeros(1, 2))
            run.watch(b, torch.zeros(1, 2))
            with self.assertRaises(ValueError):
                run.watch(nn.Linear(2, 2), torch.zeros(1, 2), name="critic")
            run.epoch(1)
        names = [row[0] for row in self.sql("SELECT name FROM tensors ORDER BY name")]
        self.assertEqual(
            names, ["bias", "critic.bias", "critic.weight", "model3.bias", "model3.weight", "weight"]
        )
        self.assertEqual(
            self.sql("SELECT name, kind FROM layers ORDER BY name"),
            [
                ("Linear", "fully_connected"),
                ("critic.Linear", "fully_connected"),
                ("model3.Linear", "fully_connected"),
            ],
        )
        self.assertEqual(self.sql("SELECT COUNT(*) FROM snapshots"), [(1,)])

    def test_every_so_many_epochs(self) -> None:
        model = nn.Linear(2, 2)
        with tracker.start("r", db=self.db) as run:
            run.watch(model, weights=2, histograms=3, gradients=False)
            for epoch in range(1, 7):
                run.epoch(epoch)
        self.assertEqual(self.sql("SELECT epoch FROM snapshots ORDER BY 1"), [(2,), (4,), (6,)])
        self.assertEqual(self.sql("SELECT epoch FROM histograms ORDER BY 1"), [(3,), (6,)])

    @needs_tracker
    def test_the_program_s_commands_take_such_runs(self) -> None:
        model = models.lenet()
        with tracker.start("net", db=self.db) as run:
            run.watch(model, torch.zeros(1, 3, 32, 32))
            train(model, (3, 32, 32), run)
        for words in (
            "show 1", "list", "export layers 1", "export metrics 1", "export histograms 1", "compare",
            "export weights 1 -o weights.safetensors", "doctor", "plot kernels 1 -o kernels.svg",
            "plot histogram 1 -o histogram.svg", "report -o report.html", "merge other.db",
        ):  # fmt: skip
            with self.subTest(words):
                if words.startswith("merge"):
                    tracker.start("other", db="other.db").finish()
                found = subprocess.run(
                    [program(), *words.split(), "--db", self.db], capture_output=True, text=True
                )
                if "gnuplot" not in found.stderr:
                    self.assertEqual(found.returncode, 0, found.stderr + found.stdout)
        with open("weights.safetensors", "rb") as file:
            size = int.from_bytes(file.read(8), "little")
            header, data = json.loads(file.read(size)), file.read()
        for name, value in model.state_dict().items():
            start, end = header[name]["data_offsets"]
            self.assertEqual(data[start:end], value.numpy().tobytes())


@needs("torch")
class Histograms(FolderCase):
    def naive(self, values: list) -> tuple:
        """The engine's formula, value by value."""
        finite = [value for value in values if math.isfinite(value)]
        low, high = min(finite), max(finite)
        margin = 0.0 if low < high else max(0.5, math.ulp(low))
        lower, upper = low - margin, high + margin
        scale = 64 / (upper - lower)
        counts = [0] * 64
        for value in finite:
            counts[min(int((value - lower) * scale), 63)] += 1
        return lower, upper, counts, math.fsum(finite) / len(finite)

    def test_counts_and_edges_are_the_formula_s(self) -> None:
        torch.manual_seed(3)
        cases = [
            torch.randn(10_000),
            torch.randn(1_200_000) * 1e-8,
            torch.full((7,), 0.1),
            torch.tensor([1e30, 1e30]),
            torch.tensor([0.0, 64.0, 32.0, 1.0]),
            torch.tensor([1.0, math.nan, math.inf, 2.0]),
            torch.randn(1000).bfloat16(),
            torch.arange(1000),
        ]
        for values in cases:
            found = _histograms.summary(values)
            lower, upper, counts, mean = self.naive(values.double().reshape(-1).tolist())
            self.assertEqual((found.lower, found.upper, list(found.counts)), (lower, upper, counts))
            self.assertAlmostEqual(found.mean, mean, delta=1e-12 * max(1, abs(mean)))
            listed = _histograms.summary(values.double().reshape(-1).tolist())
            self.assertEqual((listed.lower, listed.upper, listed.counts), (lower, upper, counts))
        wide = _histograms.summary(torch.tensor([-1.7e308, 1.7e308, 0.0], dtype=torch.float64))
        self.assertEqual((sum(wide.counts), wide.counts[0], wide.counts[63]), (3, 1, 1))

    def test_quantities_and_their_moments(self) -> None:
        model = models.frozen()
        with tracker.start("r", db=self.db) as run:
            run.watch(model, activations=True)
            train(model, (6,), run, epochs=3)
        found = self.sql("SELECT quantity, layer, epoch, step FROM histograms ORDER BY 1, 2, 3")
        self.assertEqual(
            found,
            [("activation", layer, epoch, 3 * epoch) for layer in ("0", "1", "2") for epoch in (1, 2)]
            + [("gradient", "2", epoch, 3 * epoch) for epoch in (1, 2)]
            + [("weight", layer, epoch, 3 * epoch) for layer in ("0", "2") for epoch in (1, 2, 3)],
        )
        self.assertHealthy()

    def test_gradients_are_those_of_the_first_step_after_the_epoch(self) -> None:
        model = nn.Linear(1, 1, bias=False)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
        with tracker.start("r", db=self.db) as run:
            run.watch(model)
            for value in (1.0, 2.0, 3.0):
                for factor in (1, 10):
                    optimizer.zero_grad()
                    (model(torch.ones(1, 1)) * value * factor).sum().backward()
                    optimizer.step()
                optimizer.zero_grad()
                run.epoch(int(value))
        self.assertEqual(
            self.sql("SELECT epoch, min FROM histograms WHERE quantity = 'gradient'"), [(1, 2.0), (2, 3.0)]
        )

    def test_requires_grad_is_asked_at_each_epoch_and_no_gradient_is_no_row(self) -> None:
        model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2))
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with tracker.start("r", db=self.db) as run:
            run.watch(model)
            for epoch in (1, 2, 3):
                model[0].weight.requires_grad = epoch == 2
                run.epoch(epoch)
                optimizer.zero_grad()
                model[1](model[0](torch.ones(1, 2))).sum().backward()
                optimizer.step()
        self.assertEqual(
            self.sql("SELECT layer, epoch FROM histograms WHERE quantity = 'gradient' ORDER BY 1, 2"),
            [("0", 2), ("1", 1), ("1", 2), ("1", 3)],
        )

    def test_not_finite_values_are_counted_apart(self) -> None:
        model = nn.Linear(2, 2, bias=False)
        with torch.no_grad():
            model.weight.copy_(torch.tensor([[math.nan, math.inf], [1.0, 2.0]]))
        with tracker.start("r", db=self.db) as run:
            run.watch(model)
            run.epoch(1)
            with torch.no_grad():
                model.weight.fill_(math.nan)
            run.epoch(2)
        self.assertEqual(
            self.sql("SELECT lower, upper, count, nonfinite_count, min FROM histograms ORDER BY epoch"),
            [(1, 2, 2, 2, 1), (0, 0, 0, 4, None)],
        )
        self.assertHealthy()


if __name__ == "__main__":
    unittest.main()
