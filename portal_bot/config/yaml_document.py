"""YAML in which every value knows its file and line, and pydantic models out of it, with every problem told at once.

In one go:

    settings = load_model(Path("my-portal.yaml"), PortalMap)

Or in steps, where a file takes in another or has rules of its own:

    document = read_document(Path("config.yaml"))                   # .value: plain dicts, lists and values
    document.graft(("practices",), read_document(Path("people.yaml")))
    document.report(("practices", 0), "the practice has nobody in it.")
    config = build(document, Config)                                # raises ConfigError with that and all else

A *location* is the way to a value: ``("practices", 0, "staff", 2, "email")``. Problems are ConfigError's, each as
``config.yaml:14: …``. Duplicate keys are refused (YAML itself would let the last one win without a word). No message
repeats a text that may have been meant as a secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from portal_bot.model.errors import BadYaml, ConfigError

Location = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where there is one, is ten times as fast
_MERGE = "tag:yaml.org,2002:merge"
_TOO_DEEP = 100


@dataclass(frozen=True)
class YamlPlace:
    """Where something stands. ``line`` counts from 1."""

    file: Path
    line: int


@dataclass
class Document:
    """What a YAML file holds, and where each part of it stands.

    ``places``: of a mapping's value the line of its key, of a list's entry the line where it begins.
    ``written``: each plain value as it was typed (``007``, ``No``), before YAML made something of it.
    """

    path: Path
    value: Any = None
    raw: bytes = b""
    places: dict[Location, YamlPlace] = field(default_factory=dict)
    written: dict[Location, str] = field(default_factory=dict)
    problems: list[tuple[YamlPlace, str]] = field(default_factory=list)

    def place(self, location: Location) -> YamlPlace:
        """The place of a value, or of the nearest thing around it that stands in the file."""
        while location and location not in self.places:
            location = location[:-1]
        return self.places.get(location, YamlPlace(self.path, 1))

    def fitting(self, location: Location) -> Location:
        """The part of a pydantic location that is a way through this document (the rest names validators, unions …)."""
        fitting: Location = ()
        for step in location:
            if (*fitting, step) in self.places:
                fitting = (*fitting, step)
        return fitting

    def report(self, location: Location, text: str) -> None:
        self.problems.append((self.place(location), text))

    def graft(self, location: Location, other: Document) -> None:
        """Puts what another file holds where this one only names it; its values keep their own file and line."""
        holder = self.value
        for step in location[:-1]:
            holder = holder[step]
        holder[location[-1]] = other.value
        self.written.pop(location, None)
        self.places.update({(*location, *inner): place for inner, place in other.places.items()})
        self.written.update({(*location, *inner): text for inner, text in other.written.items()})
        self.problems += other.problems

    def drop(self, location: Location) -> None:
        """Takes a value out, so that what was already told of it is not told again."""
        holder = self.value
        for step in location[:-1]:
            holder = holder[step]
        del holder[location[-1]]

    def error(self) -> ConfigError:
        """All problems in the order of files and lines; files that share a name are told by their whole path."""
        files = list(dict.fromkeys([self.path, *(place.file for place, _ in self.problems)]))
        names = [file.name for file in files]
        said = {file: str(file) if names.count(file.name) > 1 else file.name for file in files}
        ordered = sorted(self.problems, key=lambda problem: (files.index(problem[0].file), problem[0].line))
        return ConfigError(list(dict.fromkeys(f"{said[place.file]}:{place.line}: {text}" for place, text in ordered)))


def read_document(path: Path, raw: bytes | None = None) -> Document:
    """What the file holds. Duplicate keys stand in ``problems``.

    Raises ConfigError where there is no such file or it cannot be read, BadYaml where it is no YAML or empty.
    """
    document = Document(path, raw=_bytes(path) if raw is None else raw)
    try:
        text = document.raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = document.raw[: error.start].count(b"\n") + 1
        raise BadYaml(path, line, "this is not UTF-8 text. Save the file as UTF-8.") from None
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
                raise BadYaml(path, 1, "the file is empty.")
            document.places[()] = YamlPlace(path, node.start_mark.line + 1)
            document.value = _Reading(document, loader).value(node, ())
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise _syntax(path, text, error) from None
    return document


def build(document: Document, model: type[Model], *, context: Any = None) -> Model:
    """The document as a model. ``context`` goes to the model's validators.

    Raises ConfigError with the document's own problems and all that the model finds, together.
    """
    from portal_bot.config.validation_messages import problem_text

    built: Model | None = None
    if not isinstance(document.value, Mapping):
        document.report((), "the file must hold keys with values, such as `version: 1`.")
    else:
        try:
            built = model.model_validate(document.value, context=context)
        except ValidationError as error:
            for found in error.errors(include_url=False):
                where = document.fitting(found["loc"])
                document.report(where, problem_text(found, document.written.get(where), model))
    if document.problems or built is None:
        raise document.error()
    return built


def load_model(path: Path, model: type[Model]) -> Model:
    """A YAML file as a model. Raises ConfigError with all problems at once, each as ``config.yaml:14: …``."""
    return build(read_document(path), model)


class _Reading:
    """From YAML nodes to plain values, noting where each stands."""

    def __init__(self, document: Document, loader: Any) -> None:
        self.document = document
        self.loader = loader

    def value(self, node: yaml.Node, at: Location) -> Any:
        if len(at) > _TOO_DEEP:  # also where an alias holds itself
            raise yaml.composer.ComposerError(None, None, "values are nested too deep", node.start_mark)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            for number, entry in enumerate(node.value):
                self._note((*at, number), entry)
            return [self.value(entry, (*at, number)) for number, entry in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and not node.style:
            self.document.written[at] = node.value
        try:
            return self.loader.construct_object(node)
        except ValueError:  # looks like a date or number and is none, such as 2026-13-45
            return node.value

    def _mapping(self, node: yaml.MappingNode, at: Location) -> dict[str, Any]:
        first: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be one word", key.start_mark)
            if key.tag != _MERGE and key.value in first:
                self._twice(key, first[key.value])
            first.setdefault(key.value, key.start_mark.line + 1)
        self.loader.flatten_mapping(node)
        for key, _ in node.value:
            self._note((*at, key.value), key)
        return {key.value: self.value(value, (*at, key.value)) for key, value in node.value}

    def _twice(self, key: yaml.ScalarNode, line: int) -> None:
        place = YamlPlace(self.document.path, key.start_mark.line + 1)
        before = "this line" if line == place.line else f"line {line}"
        self.document.problems.append((place, f"'{key.value}' stands here a second time; it is in {before} already."))

    def _note(self, at: Location, node: yaml.Node) -> None:
        self.document.places[at] = YamlPlace(self.document.path, node.start_mark.line + 1)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ConfigError([f"{path}: there is no such file."]) from None
    except IsADirectoryError:
        raise ConfigError([f"{path}: this is a folder, not a file."]) from None
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}."]) from None


def _syntax(path: Path, text: str, error: yaml.YAMLError) -> BadYaml:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return BadYaml(path, 1, "this is not YAML: it holds a character that no text file should.")
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return BadYaml(path, mark.line + 1, "a tab stands before the text. Use spaces to indent.")
    return BadYaml(path, mark.line + 1, f"this is not YAML: {_problem(error)}.")


def _problem(error: yaml.YAMLError) -> str:
    """What the parser says, less what it quotes from the file: somebody may have put a password there."""
    problem = str(getattr(error, "problem", None) or "it breaks off")
    if "constructor for the tag" in problem or "tag handle" in problem:
        return "a text that begins with ! must be in quotes"
    if "undefined alias" in problem:
        return "a text that begins with * must be in quotes"
    return re.sub(r" '(?!<)[^']{2,}'", "", problem)
