"""Random sequences of calls get the same answers here as from `mlflow server`, apart from ids and times.

Usage: compare.py ADDRESS SEED CALLS; MLflow's server is started and ended.

What is known to differ, and is not compared:

* The time of an end that no client gave: here a run that has ended has one.
* The end of a run that runs again: here it has none until it ends again.
* A run that is scheduled has no start here.
* The words of messages, and 500 where this server answers 400: clients try 500 again for minutes.
* Infinity, which MLflow answers as the largest number there is.
"""

import os
import random
import subprocess
import sys
import tempfile
import time

import requests

seed, count = int(sys.argv[2]), int(sys.argv[3])
# Of the ports that the system gives to nobody: MLflow takes a while to start.
port = random.SystemRandom().randrange(10_000, 30_000)
servers = [sys.argv[1], f"http://127.0.0.1:{port}"]
choose = random.Random(seed)
# What each server calls the same thing: [(here, there)].
experiments, runs = [("0", "0")], []
names = ["a", "b/c", "d e", "größe", "x.y", "n-1"]
LARGEST = 1.7976931348623157e308


def call(method, path, arguments):
    """The answers of both: arguments may hold pairs of ids."""
    answers = []
    for side, address in enumerate(servers):
        given = {k: plain(v, side) for k, v in arguments.items()}
        url = f"{address}/api/2.0/mlflow/{path}"
        if method == "GET":
            answer = requests.get(url, params=given)
        else:
            answer = requests.request(method, url, json=given)
        answers.append(answer)
    return answers


def plain(value, side):
    if isinstance(value, tuple):
        return value[side]
    if isinstance(value, list):
        return [plain(v, side) for v in value]
    if isinstance(value, dict):
        return {k: plain(v, side) for k, v in value.items()}
    return value


VOLATILE = {"creation_time", "last_update_time", "artifact_location", "artifact_uri", "root_uri", "end_time",
            "next_page_token",
            "workspace"}


def normal(value, side, key=None):
    if isinstance(value, dict):
        return {k: normal(v, side, k) for k, v in value.items() if k not in VOLATILE and v not in ([], {})}
    if isinstance(value, list):
        items = [normal(v, side) for v in value]
        if key in ("tags", "params", "metrics") and items and "timestamp" not in items[0] or key == "metrics":
            items.sort(key=lambda i: (i.get("key", ""), i.get("timestamp", 0), i.get("step", 0), str(i.get("value"))))
        return items
    if isinstance(value, (int, float)) and key == "value":
        if abs(value) >= LARGEST:
            return "Infinity" if value > 0 else "-Infinity"
        return float(value)
    if isinstance(value, str):
        for index, pair in enumerate(runs):
            value = value.replace(pair[side], f"<run {index}>")
        if key in ("experiment_id",):
            for index, pair in enumerate(experiments):
                if value == pair[side]:
                    return f"<experiment {index}>"
    return value


def difference(first, second, place=""):
    """Where two answers part, and what stands there."""
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        return next(difference(first[k], second[k], f"{place}.{k}") for k in first if first[k] != second[k])
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        return next(difference(a, b, f"{place}[{i}]") for i, (a, b) in enumerate(zip(first, second)) if a != b)
    return f"{place}\n  here:  {first}\n  there: {second}"


def compare(method, path, arguments):
    here, there = call(method, path, arguments)
    statuses = (here.status_code, there.status_code)
    assert statuses[0] == statuses[1] or statuses == (400, 500), (path, arguments, statuses, here.text, there.text)
    if statuses[0] == 200:
        first, second = normal(here.json(), 0), normal(there.json(), 1)
        assert first == second, f"{method} {path} {arguments}: {difference(first, second)}"
    elif statuses[1] != 500:
        codes = here.json()["error_code"], there.json()["error_code"]
        assert codes[0] == codes[1], (path, arguments, here.text, there.text)
    return here, there


def run():
    return choose.choice(runs) if runs and choose.random() < 0.97 else ("0" * 32, "0" * 32)


def experiment():
    return choose.choice(experiments) if choose.random() < 0.97 else ("987654", "987654")


def name():
    return choose.choice(names + ["bad//name", "", "a$", "..", "x" * 251]) if choose.random() < 0.1 else choose.choice(names)


def number():
    return choose.choice([0.5, -1, 1e-7, "NaN", "Infinity", "-Infinity", 2.0**60, choose.random(), 0, "x", None]
                         if choose.random() < 0.5 else [choose.random()])


def metric(is_single=False):
    found = {"key": name(), "value": number(), "timestamp": choose.choice([1, 2, 3, 1700000000000, "5", -1, None])
             if choose.random() < 0.3 else choose.randrange(1, 100)}
    # Of a batch with a value that is no number, MLflow stores what it has read up to then, as a zero.
    if found["value"] == "x" and not is_single:
        found["value"] = 0.25
    if choose.random() < 0.8:
        found["step"] = choose.choice([0, 1, 2, 3, "4", -5, 2**40])
    return {k: v for k, v in found.items() if v is not None}


def text():
    return choose.choice(["v", "0.10", "True", "None", "007", "1e-3", "", "ä 学", "0.1", "nan", "a'b"])


def quoted(value):
    return '"' + value.replace('"', "") + '"'


def clause():
    kind = choose.randrange(6)
    key = choose.choice(names)
    if kind == 0:
        return f"metrics.`{key}` {choose.choice(['=', '!=', '<', '<=', '>', '>='])} {choose.choice(['0.5', '-1', '0', '1e-7'])}"
    if kind == 1:
        return f"params.`{key}` {choose.choice(['=', '!=', 'LIKE', 'ILIKE'])} {quoted(choose.choice([text(), '%0%', '_', 'T%']) or 'v')}"
    if kind == 2:
        return f"tags.`{key}` {choose.choice(['=', '!=', 'LIKE', 'ilike'])} {quoted(choose.choice([text(), 'V', '%']) or 'v')}"
    if kind == 3:
        return f"attributes.status {choose.choice(['=', '!='])} '{choose.choice(['RUNNING', 'FINISHED', 'KILLED'])}'"
    if kind == 4:
        return f"start_time {choose.choice(['>', '<=', '='])} {choose.randrange(1000, 1100)}"
    return choose.choice([f"tags.`{key}` IS NULL", f"params.`{key}` IS NOT NULL", "metrics.a > 'x'", "nothing.a = 'b'",
                          "run_name LIKE 'r%'", "params.a = 3", "tags.mlflow.note.content = 'v'"])


def order():
    key = choose.choice([f"metrics.`{choose.choice(names)}`", f"params.`{choose.choice(names)}`",
                         f"tags.`{choose.choice(names)}`", "attributes.start_time", "attributes.status", "run_name"])
    return key + choose.choice(["", " ASC", " DESC"])


def step():
    kind = choose.randrange(100)
    if kind < 8:
        arguments = {"experiment_id": experiment(), "start_time": 1000 + len(runs), "user_id": "me",
                     "run_name": choose.choice([f"r{len(runs)}", "same"]),
                     "tags": [{"key": choose.choice(names), "value": text()} for _ in range(choose.randrange(3))
                              ][:1]}
        here, there = compare("POST", "runs/create", arguments) if False else call("POST", "runs/create", arguments)
        assert here.status_code == there.status_code, (here.text, there.text)
        if here.status_code == 200:
            runs.append((here.json()["run"]["info"]["run_id"], there.json()["run"]["info"]["run_id"]))
    elif kind < 11:
        arguments = {"name": choose.choice([f"e{len(experiments)}", "e1", "Default", ""])}
        here, there = call("POST", "experiments/create", arguments)
        assert here.status_code == there.status_code, (arguments, here.text, there.text)
        if here.status_code == 200:
            experiments.append((here.json()["experiment_id"], there.json()["experiment_id"]))
        else:
            assert here.json()["error_code"] == there.json()["error_code"], (here.text, there.text)
    elif kind < 25:
        compare("POST", "runs/log-metric", {"run_id": run(), **metric(True)})
    elif kind < 38:
        keys = choose.sample(names, choose.randrange(3))
        compare("POST", "runs/log-batch", {
            "run_id": run(), "metrics": [metric() for _ in range(choose.randrange(4))],
            "params": [{"key": k, "value": text()} for k in keys],
            "tags": [{"key": choose.choice(names), "value": text()}] * choose.randrange(2)})
    elif kind < 46:
        compare("POST", "runs/log-parameter", {"run_id": run(), "key": name(), "value": text()})
    elif kind < 52:
        compare("POST", "runs/set-tag", {"run_id": run(), "key": choose.choice(
            [name(), "mlflow.note.content", "mlflow.runName"]), "value": text() or "v"})
    elif kind < 55:
        compare("POST", "runs/delete-tag", {"run_id": run(), "key": choose.choice(names)})
    elif kind < 60:
        compare("POST", "runs/update", {"run_id": run(), "status": choose.choice(
            ["RUNNING", "FINISHED", "FAILED", "KILLED"]), "end_time": choose.randrange(2000, 3000)})
    elif kind < 63:
        compare("POST", choose.choice(["runs/delete", "runs/restore"]), {"run_id": run()})
    elif kind < 65 and choose.random() < 0.5:
        compare("POST", choose.choice(["experiments/delete", "experiments/restore"]), {"experiment_id": experiment()})
    elif kind < 67:
        compare("POST", choose.choice(["experiments/set-experiment-tag", "experiments/delete-experiment-tag"]),
                {"experiment_id": experiment(), "key": choose.choice(names), "value": text()})
    elif kind < 76:
        compare("GET", "runs/get", {"run_id": run()})
    elif kind < 84:
        compare("GET", "metrics/get-history", {"run_id": run(), "metric_key": choose.choice(names)})
    elif kind < 97:
        arguments = {"experiment_ids": choose.sample(experiments, choose.randrange(1, len(experiments) + 1)),
                     "filter": " AND ".join(clause() for _ in range(choose.randrange(3))),
                     "order_by": [order() for _ in range(choose.randrange(3))],
                     "run_view_type": choose.choice(["ACTIVE_ONLY", "DELETED_ONLY", "ALL"]),
                     "max_results": choose.choice([1, 3, 100])}
        # Where nothing else decides, MLflow goes by its own random ids.
        if not any("start_time" in o for o in arguments["order_by"]):
            arguments["order_by"].append("start_time DESC")
        compare("POST", "runs/search", arguments)
    else:
        compare("POST", "experiments/search", {"max_results": 100, "order_by": ["name ASC"], "view_type": "ALL",
                                               "filter": choose.choice(["", "name LIKE 'e%'", "name ILIKE 'DEF%'",
                                                                        "tags.a = 'v'", "status = 'x'"])})


def answers(address):
    try:
        return requests.get(f"{address}/health", timeout=5).ok
    except requests.RequestException:
        return False


failures = 0
with tempfile.TemporaryDirectory() as folder:
    mlflow = subprocess.Popen(
        [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
         "--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", f"{folder}/artifacts"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        # Its workers for jobs, of which there are none here, take a minute of a processor.
        env={**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"})
    try:
        while not answers(servers[1]):
            assert mlflow.poll() is None, "mlflow server did not start"
            time.sleep(0.2)
        for _ in range(count):
            try:
                step()
            except AssertionError as error:
                failures += 1
                print(f"seed {seed}: {error}", flush=True)
    finally:
        mlflow.terminate()
        mlflow.wait()
assert not failures, f"{failures} of {count} calls were answered otherwise"
print(f"{count} calls, {len(runs)} runs, {len(experiments)} experiments: the same answers")
