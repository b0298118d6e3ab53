"""Arguments as typed models: each is declared once, as a field; its check, its help and its reference come from there.

@dataclass(frozen=True, slots=True)
class Given:
    mode: Mode = argument(one_of("changes", "all"), takes="changes|all", default="changes", says="…")

parsed(Given, {"mode": "all"})    checks what a user gave, and returns the model
rows(Given)                       what each argument takes, for help and documentation
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from crawler.errors import ArgumentError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Model = TypeVar("Model", bound="DataclassInstance")
Read = Callable[[str], object]
"""Returns the value that a text means. Raises `ArgumentError`, with a clause about what was expected."""

_KEY = "argument"


class Row(NamedTuple):
    """What a reader wants to know of an argument: ``takes`` is the form of its value, ``values`` all that it knows."""

    name: str
    takes: str
    default: str
    """As a user would write it; empty if there is none."""
    says: str
    """What it does: a clause without a full stop."""
    example: str
    """With its name: ``since=2018-05``."""
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Declared:
    read: Read
    takes: str
    says: str
    default: str | None
    example: str
    values: tuple[str, ...]


def argument(
    read: Read, *, takes: str, says: str, default: str | None = None, example: str = "", values: Iterable[str] = ()
) -> Any:
    """Declare a field of a model as an argument. Without a ``default``, its value is None where it is not given."""
    declared = _Declared(read, takes, says, default, example or (default or ""), tuple(values))
    return field(default=None, metadata={_KEY: declared})


def names(model: "type[DataclassInstance]") -> tuple[str, ...]:
    """Return the names of a model's arguments, in its order."""
    return tuple(name for name, _ in _declared(model))


def rows(model: "type[DataclassInstance]") -> list[Row]:
    """Return what each argument of a model is, in its order."""
    return [
        Row(name, one.takes, one.default or "", one.says, f"{name}={one.example}" if one.example else "", one.values)
        for name, one in _declared(model)
    ]


def parsed(model: type[Model], given: Mapping[str, Any]) -> Model:
    """Check what a user gave (``-a NAME=VALUE``) against a model. Raises `ArgumentError`."""
    known = names(model)
    for name in given:
        if name not in known:
            hint = f" Settings are given with -s: -s {name}=…" if name.isupper() else near(name, known)
            raise ArgumentError(f"-a {name}=…: no such argument. Expected one of {', '.join(known)}.{hint}")
    values = {}
    for name, one in _declared(model):
        text = given.get(name, one.default)
        if text is None:
            continue
        try:
            values[name] = one.read(str(text))
        except ArgumentError as error:
            raise ArgumentError(f"-a {name}={str(text)[:_SHOWN]}: {error}") from error
    return model(**values)


_SHOWN = 200  # characters of a value that a message shows


def one_of(known: Iterable[str], expected: str) -> Read:
    """Return what reads one of some words; ``expected`` is the clause about any other."""
    words = tuple(known)

    def read(text: str) -> str:
        if text not in words:
            raise ArgumentError(f"expected {expected}.")
        return text

    return read


def near(name: str, known: Iterable[str]) -> str:
    """Return the hint for a name that is unknown: the one that is meant, if any is close; else nothing."""
    close = get_close_matches(name, list(known), n=1)
    return f" Did you mean {close[0]}?" if close else ""


def _declared(model: "type[DataclassInstance]") -> list[tuple[str, _Declared]]:
    return [(one.name, one.metadata[_KEY]) for one in fields(model)]
