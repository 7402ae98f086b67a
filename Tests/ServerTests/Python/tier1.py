"""MLflow's own client against `tracker serve`: experiments, runs, metrics, params, tags, search, artifacts.

Usage: tier1.py ADDRESS
"""

import math
import os
import sys
import tempfile
import time

os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0"
import mlflow  # noqa: E402
import requests  # noqa: E402
from mlflow.entities import Metric, Param, RunTag, ViewType  # noqa: E402
from mlflow.exceptions import MlflowException  # noqa: E402

mlflow.set_tracking_uri(sys.argv[1])
client = mlflow.MlflowClient()


def refused(code, call, *arguments, **names):
    try:
        call(*arguments, **names)
    except MlflowException as error:
        assert error.error_code == code, (error.error_code, str(error))
        return str(error)
    raise AssertionError(f"{call} was not refused")


def experiments():
    assert client.get_experiment("0").name == "Default"
    assert client.get_experiment_by_name("Default").experiment_id == "0"
    assert client.get_experiment_by_name("nobody") is None
    made = client.create_experiment("grid search + größe", tags={"team": "a"})
    found = client.get_experiment_by_name("grid search + größe")
    assert found.experiment_id == made and found.tags == {"team": "a"}
    assert found.artifact_location == f"mlflow-artifacts:/{made}"
    refused("RESOURCE_ALREADY_EXISTS", client.create_experiment, "grid search + größe")
    client.set_experiment_tag(made, "purpose", "test")
    client.delete_experiment_tag(made, "team")
    assert client.get_experiment(made).tags == {"purpose": "test"}
    refused("INVALID_PARAMETER_VALUE", client.rename_experiment, made, "")
    client.rename_experiment(made, "renamed")
    run = client.create_run(made)
    client.delete_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "deleted"
    assert client.get_run(run.info.run_id).info.lifecycle_stage == "deleted"
    refused("INVALID_PARAMETER_VALUE", client.create_run, made)
    refused("RESOURCE_DOES_NOT_EXIST", client.delete_experiment, made)
    client.restore_experiment(made)
    assert client.get_run(run.info.run_id).info.lifecycle_stage == "active"
    names = [e.name for e in client.search_experiments(filter_string="name LIKE 'ren%'")]
    assert names == ["renamed"], names
    assert [e.name for e in client.search_experiments(filter_string="tags.purpose = 'test'")] == ["renamed"]
    for place in ["s3://bucket/a;b", "s3://bucket/a;b/c", "gs://bucket/;x", "file:///a;b", "/a;b/c", "s3://bucket/a;"]:
        made = client.create_experiment(f"at {place}", artifact_location=place)
        assert client.get_experiment(made).artifact_location.rstrip("/") == place, place
    for place in ["ftp://host/a;b", "/a;b", "s3://bucket/a#b", "http://host/a;b=1?c"]:
        refused("INVALID_PARAMETER_VALUE", client.create_experiment, "refused", artifact_location=place)
    elsewhere = client.create_experiment("elsewhere", artifact_location="s3://bucket/path?x=1")
    assert client.create_run(elsewhere).info.artifact_uri.startswith("s3://bucket/path/")
    print("experiments", flush=True)


def fluent():
    mlflow.set_experiment("fluent")
    with mlflow.start_run(run_name="parent") as parent:
        mlflow.log_params({"lr": "0.10", "flag": True, "none": None, "n": 7, "exp": "1e-3", "zeros": "007"})
        for value in [0.5, 0.4, 0.3]:
            mlflow.log_metric("loss", value)
        mlflow.log_metrics({"acc": 0.9, "nan": math.nan}, step=3)
        mlflow.set_tag("mlflow.note.content", "a note")
        with mlflow.start_run(nested=True, run_name="child") as child:
            mlflow.log_metric("acc", 0.95, step=-(2**40))
        mlflow.log_text("hello", "texts/größe a+b (1).txt")
        mlflow.log_dict({"a": [1, 2]}, "d.json")
    run = mlflow.get_run(parent.info.run_id)
    assert run.info.status == "FINISHED" and run.info.run_name == "parent"
    assert run.info.user_id == run.data.tags["mlflow.user"], run.info
    assert run.data.params == {
        "lr": "0.10", "flag": "True", "none": "None", "n": "7", "exp": "1e-3", "zeros": "007"}, run.data.params
    assert run.data.metrics["acc"] == 0.9 and math.isnan(run.data.metrics["nan"])
    assert run.data.tags["mlflow.note.content"] == "a note"
    history = client.get_metric_history(parent.info.run_id, "loss")
    assert [p.value for p in history] and history[0].step == 0 and len(history) <= 3
    assert mlflow.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == parent.info.run_id
    frame = mlflow.search_runs(filter_string=f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    assert list(frame["run_id"]) == [child.info.run_id]
    listed = {f.path: (f.is_dir, f.file_size) for f in client.list_artifacts(parent.info.run_id)}
    assert listed == {"d.json": (False, 26), "texts": (True, None)} or "texts" in listed, listed
    inner = [f.path for f in client.list_artifacts(parent.info.run_id, "texts")]
    assert inner == ["texts/größe a+b (1).txt"], inner
    assert mlflow.artifacts.load_text(f"{parent.info.artifact_uri}/texts/größe a+b (1).txt") == "hello"
    assert mlflow.artifacts.load_dict(f"runs:/{parent.info.run_id}/d.json") == {"a": [1, 2]}
    print("fluent", flush=True)


def batches():
    experiment = client.create_experiment("batches")
    run = client.create_run(experiment, run_name="b").info.run_id
    points = [Metric("m", 1.5, 1, 0), Metric("m", 1.5, 1, 0), Metric("m", 2.5, 1, 0), Metric("m", math.inf, 0, 5),
              Metric("größe/学", -0.5, 456, 2**62), Metric("m", 2.5, 1, 0)]
    client.log_batch(run, points, [Param("p", "x" * 6000), Param("leer", "")], [RunTag("t", "v")])
    client.log_batch(run, points, [Param("p", "x" * 6000)], [RunTag("t", "v")])
    history = [(p.value, p.timestamp, p.step) for p in client.get_metric_history(run, "m")]
    assert history == [(math.inf, 0, 5), (1.5, 1, 0), (2.5, 1, 0)], history
    data = client.get_run(run).data
    assert data.metrics["m"] == math.inf and data.metrics["größe/学"] == -0.5
    assert data.params["leer"] == ""
    refused("INVALID_PARAMETER_VALUE", client.log_batch, run, [Metric("late", 1, 1, 1)], [Param("p", "other")], [])
    assert "late" not in client.get_run(run).data.metrics
    refused("INVALID_PARAMETER_VALUE", client.log_param, run, "p", "y")
    refused("INVALID_PARAMETER_VALUE", client.log_metric, run, "bad//name", 1.0)
    refused("INVALID_PARAMETER_VALUE", client.log_metric, run, "bad$", 1.0)
    refused("RESOURCE_DOES_NOT_EXIST", client.log_metric, "0" * 32, "m", 1.0)
    client.log_batch(run, [Metric("long", float(i), i, i) for i in range(3000)])
    assert len(client.get_metric_history(run, "long")) == 3000
    # What a run begins with may be called anything.
    odd = {"best@5 (%)": "yes", "it's": "so"}
    assert odd.items() <= client.get_run(client.create_run(experiment, tags=odd).info.run_id).data.tags.items()
    refused("INVALID_PARAMETER_VALUE", client.set_tag, run, "best@5 (%)", "yes")
    client.set_tag(run, "x", "1")
    client.delete_tag(run, "x")
    refused("RESOURCE_DOES_NOT_EXIST", client.delete_tag, run, "x")
    client.update_run(run, status="KILLED", name="new name")
    info = client.get_run(run).info
    assert (info.status, info.run_name) == ("KILLED", "new name"), info
    client.set_terminated(run, end_time=1234)
    assert client.get_run(run).info.end_time == 1234
    client.delete_run(run)
    client.delete_run(run)
    refused("INVALID_PARAMETER_VALUE", client.log_metric, run, "m", 1.0)
    client.restore_run(run)
    print("batches", flush=True)


def spellings():
    """Two spellings of one letter are two texts, in names, values, paths and searches."""
    experiment = client.create_experiment("spellings")
    for one, other in [("caf\u00c5", "caf\u212b"), ("caf\u00e9", "cafe\u0301")]:
        run = client.create_run(experiment, tags={one: "1", other: "2"}).info.run_id
        assert {one: "1", other: "2"}.items() <= client.get_run(run).data.tags.items()
        client.log_param(run, "p", one)
        refused("INVALID_PARAMETER_VALUE", client.log_param, run, "p", other)
        refused("INVALID_PARAMETER_VALUE", client.log_batch, run, params=[Param("p", other)])
        for name in [f"d/{one}", f"d/{other}", f"{one}/x", f"{other}/x", "d/\u0301/\u0301y"]:
            client.log_text(run, name, name)
        assert {one, other, "d"} == {f.path for f in client.list_artifacts(run)}
        assert {f"d/{one}", f"d/{other}", "d/\u0301"} == {f.path for f in client.list_artifacts(run, "d")}
        assert [f.path for f in client.list_artifacts(run, "d/\u0301")] == ["d/\u0301/\u0301y"]
        for name in [f"d/{one}", f"d/{other}", "d/\u0301/\u0301y"]:
            assert mlflow.artifacts.load_text(f"runs:/{run}/{name}") == name
        client.search_runs([experiment], order_by=[f"tags.`{one}`", f"tags.`{other}`"])
        assert client.search_runs([experiment], f"tags.`{one}` = '2'") == []
        model = client.create_logged_model(experiment, name=one, params={one: "1", other: "2"})
        assert model.params == {one: "1", other: "2"}, model
        client.log_model_params(model.model_id, {"p": one})
        refused("INVALID_PARAMETER_VALUE", client.log_model_params, model.model_id, {"p": other})
        for name in [one, other]:
            client.create_registered_model(name)
        refused("RESOURCE_ALREADY_EXISTS", client.rename_registered_model, one, other)
        for name in [one, other]:
            client.delete_registered_model(name)
    run = client.create_run(experiment).info.run_id
    letters = ["caf\u00c5", "caf\u212b"]
    client.log_batch(
        run, [Metric(key, index, 1, 0) for index, key in enumerate(letters)], [Param(key, key) for key in letters])
    data = client.get_run(run).data
    assert data.params == {key: key for key in letters} and list(data.metrics.values()) == [0, 1], data
    # An accent alone is no letter, whatever was logged before.
    marked = [Metric(key, 1, 1, 0) for key in ["caf\u00e9", "cafe\u0301"]]
    refused("INVALID_PARAMETER_VALUE", client.log_batch, run, marked)
    for path in ["..", "../\u0301", "a/../\u0301b"]:
        try:
            client.list_artifacts(run, path)
            raise AssertionError(f"{path!r} leads out of the run")
        except (MlflowException, requests.exceptions.HTTPError):
            pass
    print("spellings", flush=True)


def search():
    experiment = client.create_experiment("search")
    made = []
    for index in range(12):
        run = client.create_run(experiment, start_time=1000 + index, run_name=f"Run{index}")
        made.append(run.info.run_id)
        metrics = [Metric("acc", [0.5, 0.75, math.nan][index % 3], 1, 1)] if index < 9 else []
        client.log_batch(run.info.run_id, metrics, [Param("opt", ["Adam", "sgd"][index % 2]), Param("lr", str(index / 10))],
                         [RunTag("a b", f"v{index}")])
        if index % 4 == 0:
            client.set_terminated(run.info.run_id)

    def find(text, order=None, view=ViewType.ACTIVE_ONLY):
        runs = client.search_runs([experiment], text, view, order_by=order)
        return [made.index(r.info.run_id) for r in runs]

    def numbers(text):
        return sorted(find(text))

    assert find("") == list(range(11, -1, -1))
    assert numbers("metrics.acc > 0.6") == [1, 4, 7]
    assert numbers("metric.acc >= 5e-1") == [0, 1, 3, 4, 6, 7]
    assert numbers("metrics.acc != 0.5") == [1, 2, 4, 5, 7, 8]
    assert numbers("metrics.acc < 0.6 and params.opt = 'Adam'") == [0, 6]
    assert numbers("params.opt != 'Adam'") == [1, 3, 5, 7, 9, 11]
    assert numbers("params.opt LIKE 'ad%'") == [] and numbers("params.opt ilike 'AD_m'") == [0, 2, 4, 6, 8, 10]
    assert numbers("params.lr = '0.0'") == [0] and numbers("params.lr = '1.0'") == [10]
    assert numbers("tags.`a b` = 'v3'") == [3] and numbers('tags."a b" LIKE \'v1%\'') == [1, 10, 11]
    assert numbers("tags.none IS NULL") == list(range(12)) and numbers("params.opt IS NOT NULL") == list(range(12))
    assert numbers("attributes.status = 'FINISHED'") == [0, 4, 8] and numbers("status != 'FINISHED'") == [1, 2, 3, 5, 6, 7, 9, 10, 11]
    assert numbers("attributes.start_time > 1009") == [10, 11] and numbers("created <= 1000") == [0]
    assert numbers("run_name = 'Run5'") == [5] and numbers("attributes.`Run name` = 'Run6'") == [6]
    assert numbers(f"run_id IN ('{made[2]}', '{made[7]}')") == [2, 7]
    assert numbers(f"attributes.run_id NOT IN ('{made[2]}')") == [i for i in range(12) if i != 2]
    assert numbers("attributes.artifact_uri LIKE 'mlflow-artifacts:%'") == list(range(12))
    assert find("", ["metrics.acc DESC"]) == [7, 4, 1, 6, 3, 0, 8, 5, 2, 11, 10, 9]
    assert find("", ["metrics.acc ASC", "start_time ASC"]) == [0, 3, 6, 1, 4, 7, 2, 5, 8, 9, 10, 11]
    assert find("", ["params.opt", "attributes.run_name DESC"])[:3] == [8, 6, 4]
    for wrong in ["metrics.acc > '1'", "params.lr = 0.1", "foo.bar = 'x'", "status = 'A' OR status = 'B'",
                  "params.a IN ('x')", "metrics.acc >", "attributes.nothing = 'x'", "status LIKE 5", "metrics.acc LIKE 'x'",
                  "params.a = 'x' OR", "tags.a = 'x"]:
        refused("INVALID_PARAMETER_VALUE", client.search_runs, [experiment], wrong)
    refused("INVALID_PARAMETER_VALUE", client.search_runs, [experiment], page_token="rubbish")
    refused("INVALID_PARAMETER_VALUE", client.search_runs, [experiment], max_results=50001)
    seen, token = [], None
    while True:
        page = client.search_runs([experiment], max_results=5, page_token=token)
        seen += [made.index(r.info.run_id) for r in page]
        token = page.token
        if not token:
            break
    assert seen == list(range(11, -1, -1))
    client.delete_run(made[3])
    assert find("", view=ViewType.DELETED_ONLY) == [3] and 3 not in find("") and 3 in find("", view=ViewType.ALL)
    print("search", flush=True)


def artifacts():
    run = client.create_run("0", run_name="files").info.run_id
    with tempfile.TemporaryDirectory() as folder:
        big = os.path.join(folder, "big.bin")
        content = os.urandom(12_500_000)
        with open(big, "wb") as file:
            file.write(content)
        open(os.path.join(folder, "empty"), "wb").close()
        os.mkdir(os.path.join(folder, "sub"))
        with open(os.path.join(folder, "sub", "x.txt"), "w") as file:
            file.write("x")
        client.log_artifacts(run, folder, "all")
        client.log_artifact(run, big)
        client.log_text(run, "x", "all/sub/100% (a'b).txt")
        got = client.download_artifacts(run, "all")
        with open(os.path.join(got, "big.bin"), "rb") as file:
            assert file.read() == content
        assert os.path.getsize(os.path.join(got, "empty")) == 0
        assert {f.path: f.file_size for f in client.list_artifacts(run, "all")} == {
            "all/big.bin": 12_500_000, "all/empty": 0, "all/sub": None}
        assert client.list_artifacts(run, "all/sub/x.txt") == [] and client.list_artifacts(run, "nothing") == []
    try:
        client.list_artifacts(run, "../x")
        raise AssertionError("a path that leads out of the run was not refused")
    except requests.exceptions.HTTPError as error:
        assert "INVALID_PARAMETER_VALUE" in str(error)
    repository = mlflow.store.artifact.artifact_repository_registry.get_artifact_repository(
        client.get_run(run).info.artifact_uri)
    assert mlflow.artifacts.load_text(f"runs:/{run}/all/sub/100% (a'b).txt") == "x"
    repository.delete_artifacts("all")
    assert [f.path for f in client.list_artifacts(run)] == ["big.bin"]
    print("artifacts", flush=True)


def inputs():
    import numpy
    mlflow.set_experiment("inputs")
    data = mlflow.data.from_numpy(numpy.zeros((3, 2)), name="zeros")
    with mlflow.start_run() as run:
        mlflow.log_input(data, context="training", tags={"k": "v"})
        mlflow.log_input(data, context="training")
    found = mlflow.get_run(run.info.run_id).inputs.dataset_inputs
    assert len(found) == 1 and found[0].dataset.name == "zeros"
    assert {t.key: t.value for t in found[0].tags} == {"mlflow.data.context": "training", "k": "v"}
    assert len(mlflow.search_runs(filter_string="dataset.context = 'training' AND dataset.name = 'zeros'")) == 1
    print("inputs", flush=True)


for part in [experiments, fluent, batches, spellings, search, artifacts, inputs]:
    start = time.time()
    part()
    print(f"  {time.time() - start:.2f} s", flush=True)
