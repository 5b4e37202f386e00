"""From ``config.yaml`` to typed settings and the list of what is wanted. Opens nothing but files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import PrivateAttr
from pydantic.json_schema import GenerateJsonSchema

from portal_bot.config.did_you_mean import nearest
from portal_bot.config.settings import PersonSettings as PersonEntry
from portal_bot.config.settings import Settings, parse_duration
from portal_bot.config.validation import check
from portal_bot.config.yaml_document import Document, Location, YamlPlace, build, read_document
from portal_bot.model.entities import Assignment, ListName, Person
from portal_bot.model.errors import BadYaml, ConfigError
from portal_bot.model.name_matching import same_text


@dataclass(frozen=True)
class Source:
    """The files that a config was read from. ``sha256``: of their bytes, the people file's after the config's."""

    path: Path
    sha256: str
    place: Callable[[Location], YamlPlace]

    @property
    def folder(self) -> Path:
        return self.path.parent


class Config(Settings):
    """A sound config. Its sections are those of ``Settings``; paths in it are absolute."""

    _source: Source = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        self._source = context

    @property
    def path(self) -> Path:
        return self._source.path

    @property
    def folder(self) -> Path:
        return self._source.folder

    @property
    def sha256(self) -> str:
        return self._source.sha256

    def deadline_for(self, assignments: int) -> timedelta:
        """When a run with so many assignments ends at the latest: the configured time, else 30 minutes and 2 s each."""
        return self.limits.deadline or timedelta(minutes=30, seconds=2 * assignments)

    def assignments(self, people: Sequence[str] = (), practices: Sequence[str] = ()) -> tuple[Assignment, ...]:
        """What is wanted, in the config's order: practice, list, person, permission.

        ``people``, ``practices``: only these, by whole name, case and white space aside. Raises ConfigError for one
        that names nobody.
        """
        everything = [Assignment(number, *wanted) for number, wanted in enumerate(self._wanted())]
        _must_be_known("--practice", practices, (each.practice for each in everything), "no practice")
        there = [each for each in everything if not practices or _named(each.practice, practices)]
        _must_be_known("--person", people, (each.person.name for each in there), "nobody")
        return tuple(each for each in there if not people or _named(each.person.name, people))

    def _wanted(self) -> Iterator[tuple[Any, ...]]:
        """The fields of each assignment after its index."""
        for number, practice in enumerate(self.practices):
            for which in ListName:
                listed: tuple[PersonEntry, ...] = getattr(practice, which.value)
                for place, entry in enumerate(listed):
                    person = self._person(entry, ("practices", number, which.value, place))
                    for permission in entry.permissions or practice.permissions or self.permissions:
                        yield practice.name, which, person, permission, entry.access, entry.until

    def _person(self, entry: PersonEntry, at: Location) -> Person:
        place = self._source.place(at)
        return Person(entry.name, entry.email, entry.location, source=f"{place.file.name}:{place.line}")


def load_config(path: Path, *, instead: Mapping[Path, bytes] | None = None) -> Config:
    """The config, with the people file that it may name. Raises ConfigError with every problem at once.

    ``instead``: what to read in place of a file's own content, by its resolved path, to try an edit before it is written.
    """
    given = instead or {}
    document = read_document(path, given.get(path.resolve()))
    raw = document.raw + _put_people_in(document, given)
    check(document)
    source = Source(path.absolute(), hashlib.sha256(raw).hexdigest(), document.place)
    return build(document, Config, context=source)


def top_level(path: Path) -> Mapping[str, Any]:
    """The config's top-level keys as they stand in the file. Raises ConfigError where it cannot be read."""
    value = read_document(path).value
    return value if isinstance(value, Mapping) else {}


def people_file_of(path: Path) -> Path | None:
    """The people file that a config names under ``practices``, if it does."""
    named = top_level(path).get("practices")
    return path.parent / Path(named).expanduser() if isinstance(named, str) else None


def account_of(config: Config) -> str:
    """The account that a config is about, ``origin|user_name``: what locks, refusals and keyring entries go by."""
    return f"{config.portal.origin}|{config.portal.user_name}"


def duration(text: str) -> timedelta:
    """``90s``, ``30m``, ``2h``, for an option of the command line. Raises ConfigError for anything else."""
    try:
        return parse_duration(text)
    except ValueError as error:
        raise ConfigError([f"'{text}': {error}."]) from None


class _AsWritten(GenerateJsonSchema):
    """Defaults as somebody would write them in the config."""

    def encode_default(self, dft: Any) -> Any:
        return f"{dft.total_seconds():.0f}s" if isinstance(dft, timedelta) else super().encode_default(dft)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the config, from the models that check it."""
    schema = Settings.model_json_schema(mode="validation", schema_generator=_AsWritten)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "portal-bot config"}


def _put_people_in(document: Document, instead: Mapping[Path, bytes]) -> bytes:
    """Reads the people file where ``practices`` is its path, and puts it there. Its bytes, for the checksum."""
    value = document.value
    if not isinstance(value, Mapping) or not isinstance(value.get("practices"), str):
        return b""
    at: Location = ("practices",)
    path = document.path.parent / Path(value["practices"]).expanduser()
    try:
        other = read_document(path, instead.get(path.resolve()))
    except BadYaml as error:
        document.problems.append((YamlPlace(error.file, error.line), error.text))
    except ConfigError as error:
        document.report(at, error.message)
    else:
        _graft_people(document, at, other)
        return other.raw
    document.value["practices"] = [{"staff": ["?"]}]  # so that missing practices are not told as well
    return b""


def _graft_people(document: Document, at: Location, other: Document) -> None:
    """The people file holds the list of practices, bare or under ``practices:``."""
    if isinstance(other.value, Mapping) and set(other.value) == {"practices"}:
        other.value = other.value["practices"]
        other.places = {where[1:]: place for where, place in other.places.items() if where[:1] == at}
        other.written = {where[1:]: text for where, text in other.written.items() if where[:1] == at}
    document.graft(at, other)


def _must_be_known(option: str, asked: Sequence[str], known: Iterable[str | None], none: str) -> None:
    names = list(dict.fromkeys(name for name in known if name))
    problems = []
    for each in asked:
        if not _named(each, names):
            close = nearest(each, names, most=3)
            near = f" Near: {'; '.join(close)}." if close else f" There are: {'; '.join(names[:10])}." if names else ""
            problems.append(f"{option} {each}: the config names {none} so.{near}")
    if problems:
        raise ConfigError(problems, hint="Nothing was opened.")


def _named(name: str | None, names: Iterable[str]) -> bool:
    return name is not None and any(same_text(name, each) for each in names)
