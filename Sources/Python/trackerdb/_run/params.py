"""The parameters of a run, as it has them while it is logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, FrozenSet, Iterator, List, Mapping, MutableMapping

from .._errors import say
from .._values import checked_name, settings
from .._work import Work

if TYPE_CHECKING:
    from .state import State


class Params(MutableMapping[str, Any]):
    """The parameters of a run: `run.params["lr"] = 0.1`, or `run.params({"lr": 0.1})`.

    Another value replaces the one there was, and is noted in a line.
    """

    def __init__(self, run: "State", values: Mapping[str, Any], kept: FrozenSet[str] = frozenset()) -> None:
        self._run = run
        self._values = dict(values)
        self._kept = kept  # those that a command line gave, which stay in the file

    def __call__(self, values: Any = None, **named: Any) -> None:
        """Stores parameters; nested mappings are joined by dots."""
        found = {**settings(values), **settings(named)}
        run = self._run
        if not run._may_keep():
            return
        self._values.update(found)
        stored = {name: value for name, value in found.items() if name not in self._kept}
        run._put(Work(lambda store, _: tell_changed(run.name, store.set_params(run.id, stored))))

    def __setitem__(self, name: str, value: Any) -> None:
        self({checked_name(name, "parameter"): value})

    def __getitem__(self, name: str) -> Any:
        found = self._values[name]
        return found.text if found.value is None and found.text else found.value

    def __delitem__(self, name: str) -> None:
        raise TypeError("A parameter stays with its run; give it another value instead.")

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._values))

    def __len__(self) -> int:
        return len(self._values)


def tell_changed(run: str, names: List[str]) -> None:
    """Says which parameters of a run have another value now."""
    if names:
        say(f"run '{run}': another value for {', '.join(names)}.")
