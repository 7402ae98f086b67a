"""The config and the summary of a run, as W&B has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional

from .._dialects import never_stops
from .._errors import say_once

if TYPE_CHECKING:
    from .log import Logging


def values_of(values: Any) -> Dict[str, Any]:
    """The settings in a dict, an argparse namespace, flags of absl, or a file."""
    if values is None:
        return {}
    if isinstance(values, str):
        return _values_in_file(values)
    if hasattr(values, "flag_values_dict"):
        return dict(values.flag_values_dict())
    if callable(getattr(values, "items", None)):
        return {str(key): value for key, value in values.items()}
    return dict(vars(values))


def _values_in_file(path: str) -> Dict[str, Any]:
    """The settings in a file of YAML: `lr: 0.1`, or `lr: {value: 0.1}` as W&B writes them."""
    try:
        import yaml  # type: ignore[import-untyped]
    except ImportError:
        say_once(f"init: to read the settings in '{path}', install PyYAML; they are passed over.")
        return {}
    try:
        with open(path, encoding="utf-8") as file:
            found = yaml.safe_load(file)
    except (OSError, ValueError, yaml.YAMLError) as error:
        say_once(f"init: the settings in '{path}' cannot be read: {error}")
        return {}
    values = found if isinstance(found, dict) else {}
    return {
        str(name): value["value"] if isinstance(value, dict) and "value" in value else value
        for name, value in values.items()
        if name != "wandb_version"
    }


def _with_lists(value: Any) -> Any:
    """The value as W&B's config gives it back: tuples are lists, also within others."""
    if type(value) in (list, tuple):
        return [_with_lists(one) for one in value]
    return {key: _with_lists(one) for key, one in value.items()} if type(value) is dict else value


class Config:
    """The settings of a run, by attributes and by keys; each is a parameter."""

    def __init__(self, run: "Optional[Logging]" = None) -> None:
        object.__setattr__(self, "_run", run)
        object.__setattr__(self, "_items", {})

    def _keep_all(self, values: Dict[str, Any]) -> None:
        # As W&B has it: what docopt calls `--lr` is `lr`.
        values = {key.strip("-") or key: _with_lists(value) for key, value in values.items()}
        self._items.update(values)
        if self._run is not None and values:
            self._run._keep_params("", values)

    @never_stops
    def update(self, d: Any, allow_val_change: Optional[bool] = None) -> None:
        """Takes settings; another value replaces the former, and is noted in a line."""
        self._keep_all(values_of(d))

    @never_stops
    def setdefaults(self, d: Any) -> None:
        """Takes the settings that are not there yet."""
        self._keep_all({key: value for key, value in values_of(d).items() if key not in self._items})

    def get(self, *args: Any) -> Any:
        """The value of a setting, or a default."""
        return self._items.get(*args)

    def as_dict(self) -> Dict[str, Any]:
        """All settings."""
        return dict(self._items)

    def keys(self) -> Any:
        """The names of the settings."""
        return self._items.keys()

    def values(self) -> Any:
        """The values of the settings."""
        return self._items.values()

    def items(self) -> Any:
        """The settings."""
        return self._items.items()

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._keep_all({str(key): value})

    def __getattr__(self, key: str) -> Any:
        items = self.__dict__.get("_items", {})
        if key in items:
            return items[key]
        raise AttributeError(f"The config has no '{key}'.")

    def __setattr__(self, key: str, value: Any) -> None:
        self._keep_all({key: value})

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return repr(self._items)


class Summary:
    """The last value of each metric, text and bool, and `_step`, `_timestamp` and `_runtime` of the last `log`;
    what a script sets is kept as a parameter `summary.NAME`.

    What a dict holds has names with dots; its part of the summary is a summary too.
    """

    def __init__(
        self, run: "Optional[Logging]" = None, items: Optional[Dict[str, Any]] = None, prefix: str = ""
    ) -> None:
        object.__setattr__(self, "_run", run)
        object.__setattr__(self, "_items", {} if items is None else items)
        object.__setattr__(self, "_prefix", prefix)

    @never_stops
    def update(self, d: Any) -> None:
        """Sets values."""
        values = {self._prefix + key: value for key, value in values_of(d).items()}
        self._items.update(values)
        if self._run is not None:
            self._run._keep_params("summary.", values)

    def get(self, key: str, default: Any = None) -> Any:
        """A value, or a default."""
        try:
            return self[key]
        except KeyError:
            return default

    def keys(self) -> Any:
        """The names."""
        return dict(self.items()).keys()

    def items(self) -> Any:
        """Names and values."""
        start = len(self._prefix)
        found = {name[start:]: value for name, value in self._items.items() if name.startswith(self._prefix)}
        return found.items()

    def __getitem__(self, key: str) -> Any:
        name = f"{self._prefix}{key}"
        if name in self._items:
            return self._items[name]
        if key not in self:
            raise KeyError(key)
        return Summary(self._run, self._items, name + ".")

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __delitem__(self, key: str) -> None:
        del self._items[self._prefix + key]
        if self._run is not None:
            self._run._drop_param(f"summary.{self._prefix}{key}")

    def __getattr__(self, key: str) -> Any:
        if "_items" in self.__dict__ and key in self:
            return self[key]
        raise AttributeError(f"The summary has no '{key}'.")

    def __delattr__(self, key: str) -> None:
        del self[key]

    def __setattr__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __contains__(self, key: object) -> bool:
        name = f"{self._prefix}{key}"
        return name in self._items or any(one.startswith(name + ".") for one in self._items)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __repr__(self) -> str:
        return repr(dict(self.items()))
