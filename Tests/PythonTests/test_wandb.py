"""`import trackerdb as wandb`: the signatures of W&B, and what becomes of its calls."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import unittest

from support import FolderCase, needs

import trackerdb


class Signatures(unittest.TestCase):
    @needs("wandb")
    def test_signatures_are_w_and_b_s(self) -> None:
        import wandb

        theirs_run = type(wandb.sdk.wandb_run.Run) and wandb.sdk.wandb_run.Run
        pairs = [
            (trackerdb.init, wandb.init),
            (trackerdb.login, wandb.login),
            (trackerdb.finish, wandb.finish),
        ]
        methods = (
            "log watch unwatch save alert finish define_metric log_artifact use_artifact log_model log_code"
            " display to_html status mark_preempting link_artifact link_model use_model restore upsert_artifact"
            " finish_artifact pin_config_keys write_logs"
        )
        for name in methods.split():
            pairs.append((getattr(trackerdb.WandbRun, name), getattr(theirs_run, name)))
        for name in "log watch save alert define_metric log_artifact use_artifact".split():
            pairs.append((getattr(trackerdb, name), getattr(theirs_run, name)))
        for name in "Histogram Image Table Audio Video Html Artifact Settings Object3D Molecule".split():
            pairs.append((getattr(trackerdb, name).__init__, getattr(wandb, name).__init__))
        for (
            name
        ) in "line scatter bar histogram line_series confusion_matrix roc_curve pr_curve plot_table".split():
            pairs.append((getattr(trackerdb.plot, name), getattr(wandb.plot, name)))
        for name in "add_file add_dir add_reference new_file download wait add".split():
            pairs.append((getattr(trackerdb.Artifact, name), getattr(wandb.Artifact, name)))
        for ours, theirs in pairs:
            found = [[facts(p) for p in inspect.signature(f).parameters.values()] for f in (ours, theirs)]
            found[0] = [fact for fact in found[0] if fact[0] != "unknown"]
            self.assertEqual(*found, f"{ours} {theirs}")

    @needs("wandb")
    def test_properties_are_there(self) -> None:
        import wandb

        for name in dir(wandb.sdk.wandb_run.Run):
            if isinstance(inspect.getattr_static(wandb.sdk.wandb_run.Run, name), property) and name[0] != "_":
                with self.subTest(name):
                    self.assertTrue(hasattr(trackerdb.WandbRun, name))


def facts(parameter: inspect.Parameter) -> tuple:
    default = parameter.default
    is_plain = default is None or isinstance(default, (bool, int, float, str, tuple))
    name = parameter.name
    if parameter.kind == parameter.VAR_POSITIONAL or callable(default) or name == "anonymous":
        return (name, parameter.kind)
    if name in ("include_fn", "exclude_fn"):
        return (name, parameter.kind)
    if name == "self":
        return ("self",)
    return (name, parameter.kind, default if is_plain else "…")


class Calls(FolderCase):
    def test_a_forked_child_has_a_run_of_its_own(self) -> None:
        found = self.script(
            """
            import multiprocessing as mp
            import trackerdb as wandb
            def work(number):
                run = wandb.init(name=f"w{number}", group="ddp")
                run.log({"x": number})
                run.finish()
            wandb.init(name="main")
            for number in range(2):
                process = mp.get_context("fork").Process(target=work, args=(number,))
                process.start()
                process.join()
            wandb.log({"y": 1})
            """,
            TRACKER_DB=self.db,
        )
        self.assertEqual((found.returncode, found.stderr), (0, ""))
        self.assertEqual(
            self.sql(
                "SELECT run.name, group_name, series.name FROM runs AS run JOIN metric_series AS series"
                " ON series.run_id = run.id ORDER BY run.id"
            ),
            [("main", None, "y"), ("w0", "ddp", "x"), ("w1", "ddp", "x")],
        )

    def test_the_summary_holds_what_was_asked_for(self) -> None:
        found = self.script(
            """
            import trackerdb as wandb
            run = wandb.init()
            run.define_metric("val/*", summary="min,mean")
            for value in (3, 1, 2):
                run.log({"val/loss": value, "nested": {"x": value}})
            print(run.summary["val/loss"], run.summary["nested"]["x"], run.summary.nested.x)
            run.summary["best"] = 1
            del run.summary["best"]
            print("best" in run.summary, run.summary.get("none", 7))
            run.summary["nested"]["x"] = 5; run.summary["deep"] = {"a": 1}
            print(run.summary["nested"], sorted(run.summary.keys()))
            """,
            TRACKER_DB=self.db,
        )
        self.assertEqual(
            (found.stdout, found.stderr),
            (
                "{'min': 1, 'mean': 2.0} 2 2\nFalse 7\n{'x': 5} ['_runtime', '_step', '_timestamp', 'deep', 'nested.x', 'val/loss']\n",
                "",
            ),
        )
        self.assertEqual(
            self.sql("SELECT name, value FROM params ORDER BY name"),
            [("summary.deep.a", 1), ("summary.nested.x", 5)],
        )

    @needs("yaml")
    def test_settings_may_stand_in_a_file(self) -> None:
        with open("c.yaml", "w", encoding="utf-8") as file:
            file.write("lr: 0.1\nwandb_version: 1\nbatch: {desc: of images, value: 8}\n")
        found = self.script(
            "import trackerdb as wandb\nwandb.init(config='c.yaml')\nprint(wandb.config.lr, wandb.config.batch)",
            TRACKER_DB=self.db,
        )
        self.assertEqual(found.stdout, "0.1 8\n", found.stderr)
        self.assertEqual(
            self.sql("SELECT name, value FROM params ORDER BY name"), [("batch", 8), ("lr", 0.1)]
        )

    def test_what_scripts_name_in_passing_is_there(self) -> None:
        found = self.script(
            """
            import trackerdb as wandb
            wandb.init()
            wandb.termwarn("look"); wandb.mark_preempting(); wandb.restore("model.pt"); wandb.Classes([{"id": 1}])
            from trackerdb.data_types import Image
            assert issubclass(wandb.sdk.wandb_run.Run, wandb.WandbRun) and wandb.api.api_key is None
            assert wandb.data_types.Image is wandb.Image is Image and not hasattr(wandb, "keras")
            for name in ("keras", "integration", "tensorboard", "nothing"):
                try: getattr(wandb, name)
                except AttributeError as error: print(error)
            try: wandb.apis.public.Api()
            except wandb.Error: pass
            try:
                wandb.Api()
            except wandb.errors.CommError as error:
                print(error)
            wandb.finish(); wandb.teardown()
            """,
            TRACKER_DB=self.db,
        )
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual(found.stdout.count("callback of your own that calls log()"), 2)
        self.assertIn("'tensorboard'. Try: init(sync_tensorboard=True)\n", found.stdout)
        self.assertIn("has no attribute 'nothing'\n", found.stdout)
        self.assertIn("trackerdb.open()", found.stdout)
        self.assertEqual(
            found.stderr.splitlines(),
            ["trackerdb: look", f"trackerdb: restore: there is no file 'model.pt' of run {self.name()}."],
        )

    def name(self) -> str:
        return str(self.sql("SELECT name FROM runs ORDER BY id DESC LIMIT 1")[0][0])

    def test_what_was_saved_is_restored_and_a_model_is_used_again(self) -> None:
        self.told(
            """
run = wandb.init(id="one")
with open("model.pt", "w") as file: file.write("weights")
wandb.save("model.pt"); wandb.link_model("model.pt", "registered/net"); wandb.finish()
os.remove("model.pt")
run = wandb.init(id="two")
print(wandb.restore("model.pt", run_path="entity/project/one").read(), wandb.restore("model.pt"))
with open(wandb.use_model("net:latest")) as file: print(file.read())
""".replace("registered/net", "net")
        )

    def test_a_run_is_of_the_modules_class_and_has_its_config(self) -> None:
        self.told(
            """
import copy, pickle
early = wandb.config
run = wandb.init(name="n", config={"lr": 1}); run._tracked.flush(); assert isinstance(run, wandb.Run) and copy.deepcopy(run) is run
stub = pickle.loads(pickle.dumps(run)); stub.log({"a": 1}); assert stub.name == "n" and type(stub) is type(run)
assert wandb.config is run.config and wandb.summary is run.summary and early.lr == 1
assert repr(run).startswith("<trackerdb run 1 'n' in ")
assert len(wandb.open().params(run)) == 1 and isinstance(wandb.config, wandb.Config)
wandb.finish(); off = wandb.init(mode="disabled"); off.log({"a": 1}); assert off.step == 0
"""
        )

    def test_a_row_that_does_not_fit_its_table_raises(self) -> None:
        for columns, data in ((None, [[1, 2]]), (["a"], [[1, 2]]), (["a", "b"], [[1]])):
            with self.subTest(columns=columns), self.assertRaisesRegex(ValueError, "columns"):
                trackerdb.Table(columns=columns, data=data)
        self.assertEqual(trackerdb.Table(data=[[1, 2, 3]]).columns, ["Input", "Output", "Expected"])

    def test_plotly_takes_figures(self) -> None:
        class Figure:
            def to_plotly_json(self) -> dict:
                return {"data": []}

            def to_json(self) -> str:
                return '{"data":[]}'

        medium = trackerdb.Plotly(Figure()).medium()
        self.assertEqual((medium.kind, medium.content), ("plot", b'{"data":[]}'))
        with self.assertRaisesRegex(ValueError, "figure of Plotly or matplotlib, not int"):
            trackerdb.Plotly(3)

    @needs("numpy", "PIL")
    def test_an_image_gives_its_picture_and_format(self) -> None:
        import numpy

        image = trackerdb.Image(numpy.zeros((2, 3, 3), dtype=numpy.uint8))
        self.assertEqual((image.format, image.image.size), ("png", (3, 2)))

    def test_code_is_an_artifact(self) -> None:
        for path in (
            "a.py",
            "sub/b.py",
            "requirements.txt",
            "notes.md",
            "env/pyvenv.cfg",
            "env/c.py",
            ".d/e.py",
        ):
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with open(path, "w") as file:
                file.write("x")
        self.told(
            """
run = wandb.init()
run.log_code(exclude_fn=lambda path, root: os.path.relpath(path, root).startswith("script"), name="all")
run.log_code(include_fn=lambda path: path.endswith(".md"), name="md"); run.log_code()
"""
        )
        code = ("a.py", "requirements.txt", "script0.py", "sub/b.py")
        every = (".d/e.py", "a.py", "env/c.py", "requirements.txt", "sub/b.py")
        self.assertEqual(
            self.sql("SELECT name FROM artifacts ORDER BY name"),
            [(f"all/{name}",) for name in every] + [(f"code/{name}",) for name in code] + [("md/notes.md",)],
        )

    def test_settings_that_the_command_line_gave_stay(self) -> None:
        trackerdb.start("launcher", db=self.db).finish()
        for statement in (
            "INSERT INTO runs (id, name, owner) VALUES (7, 'made', 'token')",
            "INSERT INTO params (run_id, name, value) VALUES (7, 'lr', 9)",
            "INSERT INTO tags (run_id, name, value) VALUES (7, 'kind', 'typed')",
        ):
            self.written(statement)
        self.script(
            """
            import trackerdb as wandb
            wandb.init(name="n", config={"lr": 1, "n": 2}, tags=["new"], job_type="train")
            wandb.config.update({"lr": 2}); wandb.finish()
            wandb.init(id="second")
            """,
            TRACKER_DB=self.db, TRACKER_RUN_ID="7", TRACKER_RUN_OWNER="token", TRACKER_RUN_GIVEN="name",
        )  # fmt: skip
        self.assertEqual(
            self.sql("SELECT name, parent_run_id FROM runs WHERE id >= 7 ORDER BY id"),
            [("made", None), ("second", 7)],
        )
        self.assertEqual(
            self.sql("SELECT name, value FROM params WHERE run_id = 7 ORDER BY name"), [("lr", 9), ("n", 2)]
        )
        self.assertEqual(
            self.sql("SELECT name, value FROM tags WHERE run_id = 7 ORDER BY name"),
            [("job_type", "train"), ("kind", "typed"), ("new", "")],
        )

    @needs("numpy", "torch")
    def test_one_number_of_any_shape_is_a_number(self) -> None:
        found = self.script(
            """
            import numpy, torch
            import trackerdb as wandb
            wandb.init()
            wandb.log({"a": torch.tensor([[2.5]], requires_grad=True), "b": numpy.array([[[7]]])})
            """,
            TRACKER_DB=self.db,
        )
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual(
            self.sql("SELECT name, last_value FROM metric_series ORDER BY name"), [("a", 2.5), ("b", 7.0)]
        )

    def test_a_file_that_cannot_be_made_stops_nothing(self) -> None:
        found = self.script(
            "import trackerdb as wandb\nwandb.init(name='r', config={'a': 1})\nwandb.log({'x': 1})\n"
            "wandb.run.dir\nprint(wandb.config.a)\nwandb.finish()",
            TRACKER_DB=os.path.join(self.folder, "nowhere", "tracker.db"),
        )
        self.assertEqual((found.returncode, found.stdout), (0, "1\n"), found.stderr)
        self.assertIn("There is no folder", found.stderr)
        self.assertIn("Nothing of run 'r' is kept.", found.stderr)

    def told(self, text: str, **variables: str) -> subprocess.CompletedProcess:
        found = self.script("import trackerdb as wandb, os, sys\n" + text, **variables)
        self.assertEqual(found.returncode, 0, found.stderr)
        return found

    def test_what_a_run_is_in_the_file(self) -> None:
        self.told(
            """
run = wandb.init(project="p", name="n", notes="why", tags=["x"], group="g", job_type="train", id="abc",
                 config={"lr": 0.1, "net": {"width": 3}}, entity="e")
wandb.config.batch = 32; wandb.config["seed"] = 1; wandb.config.update({"lr": 0.2}); wandb.config.setdefaults({"lr": 9, "new": 1})
assert (wandb.config.lr, wandb.config["batch"], "seed" in wandb.config, wandb.config.get("q", 5)) == (0.2, 32, True, 5)
wandb.run.summary["best"] = 1; wandb.run.summary["best"] = 2; wandb.run.summary.update({"deep": {"a": 1}})
assert run.id == "abc" and run.name == "n" and run.project == "p" and run.url and wandb.run is run
run.name = "renamed"
wandb.alert(title="T", text="text", level=wandb.AlertLevel.ERROR); wandb.alert(title="T", text="again soon")
"""
        )
        row = self.dicts(
            "SELECT run.*, experiment.name AS e FROM runs AS run JOIN experiments AS experiment ON experiment.id = experiment_id"
        )[0]
        self.assertEqual(
            (row["name"], row["e"], row["note"], row["group_name"], row["status"], row["exit_code"]),
            ("renamed", "p", "why", "g", "finished", 0),
        )
        self.assertEqual(
            dict(self.sql("SELECT name, value FROM params")),
            {
                "lr": 0.2,
                "net.width": 3,
                "batch": 32,
                "seed": 1,
                "new": 1,
                "summary.best": 2,
                "summary.deep.a": 1,
            },
        )
        self.assertEqual(self.sql("SELECT name, value FROM tags"), [("job_type", "train"), ("x", "")])
        self.assertEqual(self.sql("SELECT level, message FROM alerts"), [("error", "T: text")])

    def test_what_cannot_be_kept_is_said_once(self) -> None:
        found = self.told(
            """
for _ in range(2):
    run = wandb.init(monitor_gym=True, fork_from="a?_step=1", resume_from=None, reinit=True)
    run.log({"g": wandb.Graph(), "b": wandb.box3d(center=(0, 0, 0))}); wandb.visualize("x")
    run.pin_config_keys(["a"]); run.write_logs("x"); wandb.ensure_configured()
"""
        )
        words = ["init: 'monitor_gym'", "init: 'fork_from'", "Graph", "box3d", "visualize"]
        self.assertEqual(found.stderr.splitlines(), [f"trackerdb: {word} is passed over." for word in words])

    def test_the_script_is_kept_where_it_is_asked_for(self) -> None:
        self.told("wandb.init(save_code=True)\nwith open(sys.argv[0], 'w') as file: file.write('replaced')")
        self.told("wandb.init()", WANDB_SAVE_CODE="true")
        self.told("wandb.init(save_code=False)")
        reader = trackerdb.open(self.db)
        self.assertIn(b"save_code=True", reader.artifact(1, "code/script0.py"))
        self.assertEqual(
            self.sql("SELECT run_id, name FROM artifacts ORDER BY run_id"),
            [(1, "code/script0.py"), (2, "code/script1.py")],
        )

    def test_settings_say_what_a_run_is(self) -> None:
        self.told(
            """
settings = dict(entity="e", project="p", run_name="n", run_notes="why", run_tags=["a"], run_group="g", run_job_type="j", run_id="one")
run = wandb.init(settings=wandb.Settings(**settings), group="own"); assert run.id == "one" and wandb.Settings().silent is None
wandb.init(settings=settings, reinit=True, project="q"); wandb.init(settings="odd", reinit=True)
"""
        )
        self.assertEqual(
            self.sql(
                "SELECT run.name, experiment.name, note, group_name FROM runs AS run"
                " JOIN experiments AS experiment ON experiment.id = experiment_id ORDER BY run.id LIMIT 2"
            ),
            [("n", "p", "why", "own"), ("n", "q", "why", "g")],
        )
        self.assertEqual(
            self.sql("SELECT name, value FROM tags WHERE run_id = 1"), [("a", ""), ("job_type", "j")]
        )
        self.assertEqual(
            self.sql("SELECT run_id, value FROM environment WHERE name = 'wandb.entity'"),
            [(1, "e"), (2, "e")],
        )

    @needs("numpy")
    def test_bodies_and_molecules_are_kept_as_they_are_given(self) -> None:
        self.told(
            """
import io, numpy as np
with open("m.pdb", "w") as file: file.write("ATOM")
run = wandb.init()
cloud = np.arange(3000).reshape(1000, 3)
run.log({"a": wandb.Object3D(cloud), "b": wandb.Object3D.from_numpy(cloud), "c": wandb.Object3D.from_point_cloud(cloud, [])})
run.log({"d": wandb.Object3D(open("m.pdb")), "e": wandb.Object3D.from_file("m.pdb"), "f": wandb.Molecule("m.pdb", caption="x"),
         "g": wandb.Molecule(io.StringIO("ATOM")), "h": wandb.Molecule.from_smiles("CCO")})
"""
        )
        found = {
            name: (kind, bytes(data))
            for name, kind, data in self.sql(
                "SELECT name, kind, data FROM media JOIN blobs ON hash = blob_hash"
            )
        }
        points = [[3 * row, 3 * row + 1, 3 * row + 2] for row in range(1000)]
        self.assertEqual(json.loads(found["a"][1]), points)
        self.assertEqual((found["b"], json.loads(found["c"][1])["points"]), (found["a"], points))
        for name in "defg":
            self.assertEqual(found[name], ("molecule" if name in "fg" else "object3d", b"ATOM"))
        self.assertEqual(found["h"], ("molecule", b"CCO"))

    def test_a_setting_that_cannot_be_kept_takes_no_other_with_it(self) -> None:
        found = self.told(
            """
run = wandb.init(config={"": 1, "good": 2, "a": {"b": 1}, "a.b": 2})
run.config.update(5); run.config.update([1]); run.config.setdefaults(5); run.summary.update(5); run.summary.update({"best": 3})
run.name = ""; run.name = 5; assert run.name
wandb.init(config=5, reinit=True)
"""
        )
        self.assertEqual(
            self.sql("SELECT name, value FROM params ORDER BY name"),
            [("a.b", 2), ("good", 2), ("summary.best", 3)],
        )
        lines = found.stderr.splitlines()
        self.assertEqual(len(lines), len(set(lines)), found.stderr)

    def test_after_the_end_one_line_says_so(self) -> None:
        for call in (
            "run.log({'a': 1})", "run.name = 'x'", "run.tags = ['x']", "run.notes = 'x'", "run.config.x = 1",
            "run.summary['x'] = 1", "run.define_metric('x')", "run.alert('t', 'x')", "run.save(__file__)",
            "run.log_artifact(__file__)", "run.watch(None)", "run.unwatch()", "run.log_code()",
        ):  # fmt: skip
            with self.subTest(call):
                found = self.told(f"run = wandb.init(name='r'); run.finish()\n{call}\n{call}")
                self.assertRegex(found.stderr, r"^trackerdb: Run 'r' has ended \(finished\)[^\n]*\n$")

    def test_steps_that_go_back_are_kept_and_said_once(self) -> None:
        found = self.told(
            "wandb.init()\nfor step in (5, 3, 2, 6): wandb.log({'a': step}, step=step)\nwandb.finish()"
        )
        self.assertEqual(self.sql("SELECT step, value FROM metrics"), [(step, step) for step in (2, 3, 5, 6)])
        self.assertEqual(found.stderr.count("go back"), 1)

    def test_nothing_stops_the_training(self) -> None:
        found = self.told(
            """
wandb.log({"before": 1})
run = wandb.init(unknown_word=1, config="file.yaml")
for _ in range(3):
    wandb.log({"a": object(), "": 1, "good": 1}); run.log("text"); run.log({"x": 1}, step="three")
    run.save("/nowhere/*"); run.log_artifact("/nowhere/file"); run.watch("model")
wandb.finish(); wandb.finish()
run.log({"late": 1}); run.log({"late": 2}); run.config.update({"late": 1}); run.summary["late"] = 1; run.alert("late", "x")
"""
        )
        lines = found.stderr.splitlines()
        self.assertEqual(len(lines), len(set(lines)), found.stderr)
        self.assertEqual(len([line for line in lines if "has ended" in line]), 1)
        self.assertIn("unknown_word", found.stderr)
        self.assertEqual(self.sql("SELECT count FROM metric_series WHERE name = 'good'"), [(3,)])
        self.assertEqual(self.sql("SELECT COUNT(*) FROM metric_series WHERE name = 'late'"), [(0,)])

    def test_how_init_treats_an_open_run(self) -> None:
        self.told(
            """
a = wandb.init(name="a"); assert wandb.init(name="b") is a
c = wandb.init(name="c", reinit=True); assert not a._is_open
d = wandb.init(name="d", reinit="create_new"); assert c._is_open and wandb.run is c
assert wandb.init(name="e", reinit="return_previous") is d
f = wandb.init(name="f", reinit="finish_previous"); assert not d._is_open and not c._is_open
wandb.finish(); alone = wandb.init(name="g", reinit="create_new"); assert wandb.run is None
"""
        )
        self.assertEqual(
            self.sql("SELECT name, status FROM runs ORDER BY id"), [(name, "finished") for name in "acdfg"]
        )

    def test_in_a_notebook_init_ends_the_open_run(self) -> None:
        self.told(
            """
import types
sys.modules["IPython"] = types.SimpleNamespace(get_ipython=lambda: types.SimpleNamespace())
a = wandb.init(name="a"); b = wandb.init(name="b"); assert not a._is_open and wandb.run is b
assert wandb.init(name="c", reinit="return_previous") is b
"""
        )
        self.assertEqual(self.sql("SELECT name, status FROM runs"), [("a", "finished"), ("b", "finished")])

    def test_another_value_of_the_config_is_noted_and_never_raises(self) -> None:
        found = self.told(
            """
wandb.init(config={"lr": 1, "n": 1})
wandb.config.update({"lr": 2}); wandb.config.update({"n": 2}, allow_val_change=True); wandb.config.lr = 3
wandb.config.update({"--size": 4, "-": 5}); assert wandb.config.size == 4  # as docopt names options
"""
        )
        self.assertEqual(found.stderr.count("another value"), 3, found.stderr)
        self.assertEqual(
            self.sql("SELECT name, value FROM params ORDER BY name"),
            [("-", 5), ("lr", 3), ("n", 2), ("size", 4)],
        )

    def test_resume_by_id_disabled_and_exit_codes(self) -> None:
        self.told("wandb.init(id='one'); wandb.log({'a': 1}); wandb.log({'a': 2})")
        self.told(
            "run = wandb.init(id='one', resume='allow'); assert run.resumed and run.step == 2\nwandb.log({'a': 3})"
        )
        self.assertEqual(self.sql("SELECT step, value FROM metrics"), [(0, 1), (1, 2), (2, 3)])
        self.told("wandb.init(id='two'); wandb.log({'a': 1})")
        found = self.told(
            "run = wandb.init(id='two', name='renamed', resume=True); assert run.resumed and run.step == 1"
        )
        self.assertEqual(found.stderr, "")
        self.assertEqual(self.sql("SELECT name FROM runs WHERE id = 2"), [("renamed",)])
        self.told("wandb.init(name='off', mode='disabled'); wandb.log({'a': 1}); wandb.finish()")
        self.told("wandb.init(name='off'); wandb.log({'a': 1})", WANDB_MODE="disabled")
        self.told("wandb.init(name='bad'); wandb.finish(exit_code=3)")
        self.told("wandb.init(name=7, group=1)")
        self.assertEqual(
            self.sql("SELECT name, status, exit_code FROM runs ORDER BY id"),
            [("one", "finished", 0), ("renamed", "finished", 0), ("bad", "failed", 3), ("7", "finished", 0)],
        )

    def test_files_and_artifacts(self) -> None:
        self.told(
            """
run = wandb.init(name="maker")
with open("weights.bin", "wb") as file: file.write(b"first")
wandb.save("weights.bin")
with open(os.path.join(run.dir, "inside.txt"), "w") as file: file.write("in the folder")
artifact = wandb.Artifact("model", type="model", metadata={"a": 1})
artifact.add_file("weights.bin"); artifact.add_reference("s3://bucket/x", name="far")
with artifact.new_file("notes.txt") as file: file.write("hello")
run.log_artifact(artifact)
with open("weights.bin", "wb") as file: file.write(b"last")
"""
        )
        self.told(
            """
run = wandb.init(name="user")
folder = run.use_artifact("entity/project/model:latest").download()
print(sorted(os.listdir(folder)), open(os.path.join(folder, "notes.txt")).read())
"""
        )
        reader = trackerdb.open(self.db)
        self.assertEqual(reader.artifact("maker", "weights.bin"), b"last")
        self.assertEqual(reader.artifact("maker", "inside.txt"), b"in the folder")
        self.assertEqual(reader.artifact("maker", "model/weights.bin"), b"first")
        self.assertEqual(
            self.sql("SELECT source_uri FROM artifacts WHERE name = 'model/far'"), [("s3://bucket/x",)]
        )
        self.assertHealthy()

    def test_a_step_metric_that_is_not_told_has_its_last_value(self) -> None:
        self.told(
            """
run = wandb.init()
run.define_metric("val/*", step_metric="epoch"); run.define_metric("alone", step_metric="epoch", step_sync=False)
run.log({"val/acc": 0.1}); run.log({"epoch": 7}); run.log({"val/acc": 0.2}); run.log({"alone": 1}); run.log({"other": 1})
run.log({"val/acc": 0.3, "epoch": 8})
"""
        )
        self.assertEqual(
            self.sql("SELECT step, value FROM metrics WHERE name = 'epoch'"), [(1, 7), (2, 7), (5, 8)]
        )

    def test_names_come_from_the_environment_and_tags_are_replaced(self) -> None:
        self.told(
            """
run = wandb.init(); assert run.tags == ("x", "y") and (run.notes, run.entity, run.job_type) == ("n", "e", "j")
run.tags = ("y", "z"); assert run.tags == ("y", "z")
""",
            WANDB_TAGS="x,y", WANDB_NOTES="n", WANDB_ENTITY="e", WANDB_JOB_TYPE="j",
        )  # fmt: skip
        self.assertEqual(self.sql("SELECT name, value FROM tags"), [("job_type", "j"), ("y", ""), ("z", "")])
        self.assertEqual(self.sql("SELECT note FROM runs"), [("n",)])

    def test_what_integrations_call_is_there(self) -> None:
        found = self.told("wandb.init()._label(code='transformers_trainer')")
        self.assertEqual(found.stderr, "")

    @needs("torch")
    def test_watch_keeps_histograms_at_steps(self) -> None:
        self.told(
            """
import torch
model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
optimizer = torch.optim.SGD(model.parameters(), 0.1)
wandb.init(); wandb.watch(model, log="all", log_freq=2)
for step in range(6):
    loss = model(torch.randn(8, 4)).square().mean(); optimizer.zero_grad(); loss.backward(); optimizer.step()
    wandb.log({"loss": loss})
"""
        )
        self.assertEqual(
            self.sql("SELECT DISTINCT quantity, layer, step FROM histograms ORDER BY 1, 2, 3"),
            [
                (quantity, layer, step)
                for quantity in ("gradient", "weight")
                for layer in "02"
                for step in (1, 3, 5)
            ],
        )
        self.assertEqual(self.sql("SELECT name FROM layers"), [("0",), ("1",), ("2",)])

    @needs("torch", "tensorboard")
    def test_sync_tensorboard_keeps_what_its_writers_are_told(self) -> None:
        self.told(
            """
import torch
from torch.utils.tensorboard import SummaryWriter
before = SummaryWriter.add_scalar
wandb.init(project="cleanRL", sync_tensorboard=True, config={"seed": 1}, name="ppo", monitor_gym=True, save_code=True)
writer = SummaryWriter("runs/ppo")
writer.add_text("hyperparameters", "|a|b|")
for step in range(0, 300, 100):
    writer.add_scalar("charts/episodic_return", step / 2, step); writer.add_scalar("losses/value_loss", torch.tensor(0.5), step)
writer.close(); wandb.finish()
assert SummaryWriter.add_scalar is before
try:
    with wandb.init(name="failed", sync_tensorboard=True): raise ValueError("odd")
except ValueError: pass
assert SummaryWriter.add_scalar is before
"""
        )
        self.assertEqual(
            self.sql("SELECT name, step, value FROM metrics ORDER BY name, step"),
            [("charts/episodic_return", step, step / 2) for step in (0, 100, 200)]
            + [("losses/value_loss", step, 0.5) for step in (0, 100, 200)],
        )
        self.assertEqual(self.sql("SELECT name, text FROM media"), [("hyperparameters", "|a|b|")])


if __name__ == "__main__":
    unittest.main()
