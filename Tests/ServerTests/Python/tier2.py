"""MLflow's own client against `tracker serve`: models with their files, params and metrics, and the registry.

Usage: tier2.py ADDRESS
"""

import os
import sys

os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0"
import mlflow  # noqa: E402
import numpy  # noqa: E402
import requests  # noqa: E402
from sklearn.linear_model import LinearRegression, LogisticRegression  # noqa: E402

mlflow.set_tracking_uri(sys.argv[1])
client = mlflow.MlflowClient()
x, y = numpy.arange(20.0).reshape(10, 2), numpy.arange(10.0)


def refused(code, call, *arguments, **names):
    try:
        call(*arguments, **names)
    except mlflow.exceptions.RestException as error:
        assert error.error_code == code, error
    else:
        raise AssertionError(f"{call} {arguments} {names} was not refused")


def logged():
    mlflow.set_experiment("models")
    with mlflow.start_run() as run:
        mlflow.log_metric("rmse", 0.5)
        model = LinearRegression().fit(x, y)
        info = mlflow.sklearn.log_model(model, name="linear", params={"alpha": "0.1"}, input_example=x[:2])
        mlflow.log_metric("late", 0.25, model_id=info.model_id, step=3)
    loaded = mlflow.sklearn.load_model(info.model_uri)
    assert numpy.allclose(loaded.predict(x), model.predict(x))
    found = mlflow.get_logged_model(info.model_id)
    assert found.status == "READY" and found.params == {"alpha": "0.1"}, found
    assert found.source_run_id == run.info.run_id
    values = {(m.key, m.value, m.step) for m in found.metrics}
    assert ("late", 0.25, 3) in values and ("rmse", 0.5, 0) in values, values
    assert len(client.get_metric_history(run.info.run_id, "rmse")) == 1
    outputs = mlflow.get_run(run.info.run_id).outputs.model_outputs
    assert [o.model_id for o in outputs] == [info.model_id]
    models = mlflow.search_logged_models(filter_string="name = 'linear' AND params.alpha = '0.1' AND metrics.late < 1",
                                         output_format="list")
    assert [m.model_id for m in models] == [info.model_id]
    ordered = client.search_logged_models(["0", found.experiment_id],
                                          order_by=[{"field_name": "metrics.rmse", "ascending": False}])
    assert [m.model_id for m in ordered] == [info.model_id]
    assert [m.name for m in client.search_logged_models([found.experiment_id], "params.alpha = 0.1")] == ["linear"]
    assert found.artifact_location.endswith(f"/models/{info.model_id}/artifacts"), found
    for attribute in ["experiment_id", "artifact_location", "model_id", "source_run_id"]:
        value = getattr(found, attribute)
        for condition in [f"= '{value}'", f"LIKE '{value[:-1]}%'", f"IN ('{value}', 'x')"]:
            models = client.search_logged_models([found.experiment_id], f"{attribute} {condition}")
            assert [m.name for m in models] == ["linear"], (attribute, condition)
        assert not client.search_logged_models([found.experiment_id], f"attributes.{attribute} != '{value}'")
    for condition in ["lifecycle_stage = 'active'", "creation_timestamp_ms > 0", f"experiment_id = {found.experiment_id}"]:
        assert len(client.search_logged_models([found.experiment_id], condition)) == 1, condition
    for field in ["experiment_id", "artifact_location", "last_updated_timestamp_ms"]:
        assert len(client.search_logged_models([found.experiment_id], order_by=[{"field_name": field}])) == 1, field
    digest = mlflow.data.from_numpy(x).digest
    client.log_metric(run.info.run_id, "rmse", 0.1, model_id=info.model_id, dataset_name="x", dataset_digest=digest)
    order = [{"field_name": "metrics.rmse", "dataset_digest": digest}]
    plain = client.create_logged_model(found.experiment_id).model_id
    for order in [order, [{"field_name": "source_run_id"}]]:
        ordered = client.search_logged_models([found.experiment_id], order_by=order)
        assert [m.model_id for m in ordered] == [info.model_id, plain], (order, ordered)
    client.set_logged_model_tags(info.model_id, {"a": "b"})
    assert mlflow.get_logged_model(info.model_id).tags["a"] == "b"
    client.delete_logged_model_tag(info.model_id, "a")
    names = [f.path for f in client.list_logged_model_artifacts(info.model_id)]
    assert "MLmodel" in names, names
    client.delete_logged_model(info.model_id)
    print("logged", flush=True)


def autologged():
    mlflow.set_experiment("autolog")
    mlflow.sklearn.autolog()
    with mlflow.start_run() as run:
        LogisticRegression().fit(x, (y > 4).astype(int))
    mlflow.sklearn.autolog(disable=True)
    data = mlflow.get_run(run.info.run_id).data
    assert data.params["C"] == "1.0" and "training_accuracy_score" in data.metrics, data
    assert mlflow.get_run(run.info.run_id).inputs.dataset_inputs
    print("autologged", flush=True)


def renamed(info):
    """Versions, aliases and numbers follow a name; a version may be of a run of another server."""
    client.create_registered_model("old")
    for _ in range(2):
        mlflow.register_model(info.model_uri, "old")
    client.set_registered_model_alias("old", "champion", "1")
    client.delete_model_version("old", "2")
    try:
        client.rename_registered_model("old", "other")
        raise AssertionError("renamed over another")
    except mlflow.exceptions.RestException as error:
        assert error.error_code == "RESOURCE_ALREADY_EXISTS", error
    client.rename_registered_model("old", "new")
    assert int(client.get_model_version_by_alias("new", "champion").version) == 1
    tag = client.get_logged_model(info.model_id).tags["mlflow.modelVersions"]
    assert '"name": "new", "version": 1' in tag and "old" not in tag, tag
    elsewhere = "0123456789abcdef" * 2
    version = client.create_model_version("new", f"runs:/{elsewhere}/m", elsewhere)
    assert int(version.version) == 3 and version.run_id == elsewhere, version
    assert [int(v.version) for v in client.search_model_versions(f"run_id = '{elsewhere}'")] == [3]
    client.create_registered_model("newer")
    client.create_model_version("newer", f"runs:/{elsewhere}/m", elsewhere)
    ordered = client.search_model_versions(order_by=["version_number ASC"])
    assert [(v.name, int(v.version)) for v in ordered] == [("new", 1), ("newer", 1), ("new", 3)], ordered
    client.delete_registered_model("newer")
    try:
        client.create_model_version("new", f"runs:/{elsewhere}/m", "f" * 32)
        raise AssertionError("a source of another run than the one that is named")
    except mlflow.exceptions.RestException as error:
        assert error.error_code == "INVALID_PARAMETER_VALUE", error


def copied():
    """A version may be made of another: it is of the same run, and has its files also when that one is gone."""

    run = client.create_run("0").info.run_id
    client.create_registered_model("drafts")
    client.create_registered_model("published")
    client.create_model_version("drafts", f"runs:/{run}/m", run)
    client.set_registered_model_alias("drafts", "ready", "1")
    for source in ["drafts/1", "drafts@ready", "drafts/latest", "drafts/None"]:
        copy = client.create_model_version("published", f"models:/{source}")
        assert (copy.source, copy.run_id, copy.tags) == ("models:/drafts/1", run, {}), copy
    assert client.copy_model_version("models:/drafts/1", "published").run_id == run
    for wrong in ["drafts/2", "nothing/1"]:
        refused("RESOURCE_DOES_NOT_EXIST", client.create_model_version, "published", f"models:/{wrong}")
    for wrong in ["models:/drafts", "models:/drafts@absent", f"runs:/{run}/m", f"models://{run}", "s3:bucket"]:
        refused("INVALID_PARAMETER_VALUE", client.create_model_version, "published", wrong)
    for wrong in [{"run_id": "f" * 32}, {"model_id": "m-" + "f" * 32}]:
        refused("INVALID_PARAMETER_VALUE", client.create_model_version, "published", "models:/drafts/1", **wrong)
    model = client.create_logged_model("0", source_run_id=run).model_id
    refused(
        "INVALID_PARAMETER_VALUE", client.create_model_version, "published", f"runs:/{run}/m", run, model_id=model)
    client.create_model_version("published", "models:/published/1")
    client.delete_registered_model("drafts")
    for version in ["1", "5", "6"]:
        assert client.get_model_version_download_uri("published", version) == f"runs:/{run}/m"
    client.delete_registered_model("published")
    client.delete_logged_model(model)


def staged():
    """Versions 1 and 2 of `shop price` go through stages, as programs move them that know no aliases."""

    def stages():
        return {v.current_stage: int(v.version) for v in client.get_latest_versions("shop price")}

    def move(version, stage, **words):
        return client.transition_model_version_stage("shop price", str(version), stage, **words).current_stage

    assert stages() == {"None": 2}
    assert move(1, "production") == "Production" and stages() == {"Production": 1, "None": 2}
    assert client.get_model_version("shop price", "1").tags == {}
    file = requests.get(
        f"{sys.argv[1]}/model-versions/get-artifact", {"name": "shop price", "version": 2, "path": "MLmodel"})
    assert "flavors:" in file.text, file.text
    assert move(2, "Production", archive_existing_versions=True) == "Production"
    assert stages() == {"Archived": 1, "Production": 2}
    assert [int(v.version) for v in client.get_latest_versions("shop price", ["Production"])] == [2]
    assert mlflow.sklearn.load_model("models:/shop price/Production") is not None
    for stage, words in [("shelf", {}), ("Archived", {"archive_existing_versions": True})]:
        try:
            move(1, stage, **words)
            raise AssertionError(f"{stage} {words} is no such move")
        except mlflow.exceptions.RestException as error:
            assert error.error_code == "INVALID_PARAMETER_VALUE", error
    assert move(2, "None") == "None" and stages() == {"Archived": 1, "None": 2}


def registered():
    mlflow.set_experiment("registry")
    with mlflow.start_run():
        model = LinearRegression().fit(x, y)
        info = mlflow.sklearn.log_model(model, name="m", registered_model_name="shop price")
    assert int(info.registered_model_version) == 1
    version = mlflow.register_model(info.model_uri, "shop price", tags={"k": "v"})
    assert int(version.version) == 2, version
    client.set_registered_model_alias("shop price", "champion", "1")
    found = client.get_registered_model("shop price")
    assert {k: int(v) for k, v in found.aliases.items()} == {"champion": 1}, found.aliases
    found = client.get_model_version("shop price", "2")
    assert found.tags == {"k": "v"} and found.description == "", found
    assert len(client.search_model_versions("name = 'shop price'")) == 2
    loaded = mlflow.sklearn.load_model("models:/shop price/2")
    assert numpy.allclose(loaded.predict(x), model.predict(x))
    for name in ["latest", "champion"]:
        uri = f"models:/shop price/{name}" if name == "latest" else f"models:/shop price@{name}"
        assert numpy.allclose(mlflow.sklearn.load_model(uri).predict(x), model.predict(x))
    foreign = client.create_model_version("shop price", "s3://bucket/model", run_id="abc123", tags={"k": "v"})
    assert (foreign.run_id, foreign.tags) == ("abc123", {"k": "v"}), foreign
    assert [int(v.version) for v in client.search_model_versions("run_id = 'abc123'")] == [3]
    client.delete_model_version("shop price", "3")
    elsewhere = client.create_logged_model("0", source_run_id="123")
    assert (elsewhere.source_run_id, elsewhere.tags) == ("123", {}), elsewhere
    assert [v.version for v in client.get_latest_versions("shop price")] in (["2"], [2])
    staged()
    client.create_registered_model("other", tags={"team": "b"})
    assert client.update_registered_model("shop price", "prices").description == "prices"
    assert client.update_model_version("shop price", "1", "first").description == "first"
    client.set_registered_model_tag("shop price", "team", "a")
    client.set_model_version_tag("shop price", "1", "checked", "yes")
    assert client.get_model_version("shop price", "1").tags == {"checked": "yes"}
    client.delete_model_version_tag("shop price", "1", "checked")
    assert client.get_model_version("shop price", "1").tags == {}

    def found(text, **names):
        return [m.name for m in client.search_registered_models(text, **names)]

    assert found("") == ["other", "shop price"] and found("tags.team = 'a'") == ["shop price"]
    assert found("name ILIKE 'SHOP%'", order_by=["last_updated_timestamp DESC"]) == ["shop price"]
    assert found("name IN ('shop price', 'absent')") == ["shop price"] and found("name NOT IN ('shop price')") == ["other"]
    assert [int(v.version) for v in client.search_model_versions("version_number = '2'")] == [2]
    for order in [["creation_timestamp"], ["name", "name DESC"], ["timestamp", "last_updated_timestamp"]]:
        refused("INVALID_PARAMETER_VALUE", client.search_registered_models, order_by=order)
    refused("INVALID_PARAMETER_VALUE", client.search_model_versions, order_by=["name", "name"])
    refused("RESOURCE_DOES_NOT_EXIST", client.get_model_version_by_alias, "other", "latest")
    page = client.search_registered_models(max_results=1)
    assert [m.name for m in client.search_registered_models(max_results=1, page_token=page.token)] == ["shop price"]
    client.delete_registered_model_tag("shop price", "team")
    client.delete_registered_model_alias("shop price", "champion")
    client.delete_model_version("shop price", "1")
    assert client.get_registered_model("shop price").aliases == {}
    client.delete_registered_model("shop price")
    assert found("") == ["other"]
    renamed(info)
    copied()
    print("registered", flush=True)


for part in [logged, autologged, registered]:
    part()
