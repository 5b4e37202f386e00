"""Lines of a portal map: what doctor proposes and calibrate writes. Pure; a line says one caption or one control anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from portal_bot.portal.map.portal_map import Candidate, PortalMap

CAPTION_OF: Mapping[str, str] = {
    "navigation.user_administration": "user_administration",
    "navigation.providers": "providers",
    "navigation.staff": "staff",
    "list.locations": "locations",
    "record.permissions": "permissions",
    "record.tab": "permissions",
    "record.expand_all": "expand_all",
    "save.button": "save",
}
"""Controls that the packaged map finds by a caption, which often is all that differs."""


@dataclass(frozen=True)
class MapLine:
    """``where`` is the way to the key in the map, ``value`` a caption or candidates."""

    where: tuple[str, ...]
    value: str | tuple[Candidate, ...]

    @classmethod
    def caption(cls, key: str, said: str) -> MapLine:
        return cls(("captions", key), plain_caption(said))

    @classmethod
    def control(cls, control: str, candidates: Iterable[Candidate]) -> MapLine:
        return cls(tuple(control.split(".")), tuple(candidates))

    def laid_over(self, below: PortalMap) -> PortalMap:
        """The map with this line in it. Raises pydantic's ValidationError where the line is no good."""
        return PortalMap.model_validate(as_document([self])).laid_over(below)

    @property
    def text(self) -> str:
        return map_text(as_document([self]), version=False).rstrip()


class _Flow(dict[str, Any]):
    """A candidate, written on one line."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(_Flow, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=True))


def plain_caption(said: str) -> str:
    """A caption as a map names it; one that would read as a regular expression is made to match whole."""
    said = " ".join(said.split())
    return f"/^{re.escape(said)}$/" if len(said) > 2 and said[0] == said[-1] == "/" else said


def as_document(lines: Iterable[MapLine], below: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Lines put into what a map's file holds already; its other keys stay."""
    document: dict[str, Any] = _copied(below or {})
    document.setdefault("version", 1)
    for line in lines:
        at = document
        for key in line.where[:-1]:
            if not isinstance(at.get(key), dict):  # `practice: none`, say, which the line now contradicts
                at[key] = {}
            at = at[key]
        at[line.where[-1]] = line.value if isinstance(line.value, str) else [_Flow(said(each)) for each in line.value]
    return document


def said(candidate: Candidate) -> dict[str, Any]:
    """What a candidate says, without what it leaves open."""
    return candidate.model_dump(exclude_none=True)


def map_text(document: Mapping[str, Any], *, version: bool = True, head: str = "") -> str:
    """A map's document as YAML."""
    shown = {key: value for key, value in document.items() if version or key != "version"}
    text: str = yaml.dump(shown, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=140)
    return head + text


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        kind = _Flow if Candidate.model_fields.keys() >= value.keys() and value else dict
        return kind((key, _copied(held)) for key, held in value.items())
    if isinstance(value, list | tuple):
        return [_copied(each) for each in value]
    return value
