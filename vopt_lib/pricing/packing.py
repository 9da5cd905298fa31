"""This is where what was learnt becomes arrays and JSON, and comes back: no file of ours can carry code.

Only the classes that the reader names are made again, each with its own fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Final

import numpy as np

_CLASS, _ARRAY, _SPARSE, _TABLE = "@", "#", "##", "{}"
_PARTS: Final = ("data", "indices", "indptr")


def packed(learnt: Any) -> tuple[dict[str, np.ndarray[Any, Any]], Any]:
    """The arrays of a tree of frozen dataclasses by name, and the rest of it as JSON."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    return arrays, _told(learnt, "", arrays)


def unpacked(arrays: Mapping[str, np.ndarray[Any, Any]], told: Any, classes: Sequence[type]) -> Any:
    """What `packed` took apart. Lists come back as tuples.

    Raises: LookupError, ValueError or TypeError, where it is not what these classes hold.
    """
    return _made(told, arrays, {one.__name__: one for one in classes})


def _told(value: Any, name: str, arrays: dict[str, np.ndarray[Any, Any]]) -> Any:
    if is_dataclass(value):
        known = [field.name for field in fields(value)]
        return {_CLASS: type(value).__name__} | {
            one: _told(getattr(value, one), f"{name}.{one}", arrays) for one in known
        }
    if isinstance(value, np.ndarray):
        arrays[name[1:]] = value
        return {_ARRAY: name[1:]}
    if hasattr(value, "indptr"):
        for part in _PARTS:
            arrays[f"{name[1:]}.{part}"] = getattr(value, part)
        return {_SPARSE: name[1:], "shape": list(value.shape)}
    if isinstance(value, Mapping):
        return {_TABLE: {key: _told(one, f"{name}.{key}", arrays) for key, one in value.items()}}
    if isinstance(value, (list, tuple)):
        if all(isinstance(one, str) for one in value):
            return list(value)
        return [_told(one, f"{name}.{place}", arrays) for place, one in enumerate(value)]
    return value.item() if isinstance(value, np.generic) else value


def _made(told: Any, arrays: Mapping[str, np.ndarray[Any, Any]], classes: Mapping[str, type]) -> Any:
    if isinstance(told, list):
        return tuple(_made(one, arrays, classes) for one in told)
    if not isinstance(told, dict):
        return told
    if _ARRAY in told:
        return arrays[told[_ARRAY]]
    if _SPARSE in told:
        from scipy.sparse import csr_matrix

        return csr_matrix(tuple(arrays[f"{told[_SPARSE]}.{part}"] for part in _PARTS), shape=tuple(told["shape"]))
    if _TABLE in told:
        return {key: _made(one, arrays, classes) for key, one in told[_TABLE].items()}
    made = {key: _made(one, arrays, classes) for key, one in told.items() if key != _CLASS}
    return classes[told[_CLASS]](**made)
