"""Writes statistics.json, the values of SciPy that StatisticsTests compares with.

python3 make_statistics.py > statistics.json   (SciPy 1.17)
"""
import json
import numpy as np
from scipy import special, stats
from scipy.stats import permutation_test

rng = np.random.default_rng(1)


def scaled(x):
    """Whole numbers: with fractions SciPy's rounding breaks ties between relabellings."""
    return np.rint(np.asarray(x) * 1e6)


def paired(x):
    r = permutation_test((scaled(x),), lambda v, axis: v.sum(axis=axis),
                         permutation_type="samples", vectorized=True, n_resamples=np.inf)
    return {"differences": list(x), "p": r.pvalue, "mean": np.mean(x)}


def two_sample(x, y):
    # Among relabellings the sum of the first group orders as the difference of the means does.
    r = permutation_test((scaled(x), scaled(y)), lambda a, b, axis: a.sum(axis=axis),
                         permutation_type="independent", vectorized=True, n_resamples=np.inf)
    return {"first": list(x), "second": list(y), "p": r.pvalue, "difference": np.mean(x) - np.mean(y)}


def summary(x):
    low, high = stats.t.interval(0.95, len(x) - 1, loc=np.mean(x), scale=stats.sem(x))
    return {"values": list(x), "mean": np.mean(x), "sd": np.std(x, ddof=1), "low": low, "high": high}


def holm(p):
    p = np.asarray(p)
    order = np.argsort(p)
    adjusted = np.minimum(1, np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)))
    result = np.empty_like(p)
    result[order] = adjusted
    return {"p": list(p), "adjusted": list(result)}


def effect(x, y):
    n, m = len(x), len(y)
    pooled = np.sqrt(((n - 1) * np.var(x, ddof=1) + (m - 1) * np.var(y, ddof=1)) / (n + m - 2))
    d = (np.mean(x) - np.mean(y)) / pooled
    f = n + m - 2
    j = np.exp(special.gammaln(f / 2) - special.gammaln((f - 1) / 2)) / np.sqrt(f / 2)
    return {"first": list(x), "second": list(y), "d": d, "g": d * j}


r = lambda n, digits, centre=0.9, spread=0.02: np.round(rng.normal(centre, spread, n), digits)
print(json.dumps({
    "quantiles": [[p, v, stats.t.ppf(p, v)]
                  for v in [1, 2, 3, 4, 4.5, 9, 29, 100, 1000, 1e6]
                  for p in [1e-10, 0.001, 0.025, 0.3, 0.4999, 0.5, 0.6, 0.95, 0.975, 0.995, 0.999999]],
    "summaries": [summary(r(n, 6)) for n in [2, 3, 5, 10, 40]] + [summary(r(5, 3, 1e6, 1))],
    "paired": [paired(r(n, d, 0.01)) for n, d in [(3, 6), (5, 2), (8, 3), (12, 2), (14, 6)]],
    "twoSample": [two_sample(r(n, d), r(m, d, 0.91)) for n, m, d in
                  [(3, 3, 6), (3, 5, 2), (5, 3, 3), (6, 6, 2), (4, 9, 2), (8, 7, 6)]],
    "holm": [holm([0.01, 0.04, 0.03, 0.005]), holm([0.2, 0.2, 0.9]), holm([0.03]), holm([0.5, 0.02, 0.02])],
    "effects": [effect(r(n, 4), r(m, 4, 0.91)) for n, m in [(3, 3), (5, 4), (30, 20)]],
}, indent=1))
