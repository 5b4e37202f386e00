"""From the text of a snapshot to nodes. Pure, and linear in the length of the text.

The grammar, as Playwright's renderer writes it (its names are JSON strings, its values and quoted keys are YAML's):

    - role "name" [state] [ref=e1] [cursor=pointer] [box=x,y,width,height]: value
      - /url: address
      - text: a text among other children
    - 'role "a name: with a colon"': value
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from portal_bot.portal.look.node import Box, Look, Node

_NAME = r'"(?:[^"\\]|\\.)*+"'
_LINE = re.compile(rf"( *+)- (?:'((?:[^']|'')*+)'|(/?[\w-]++(?: {_NAME})?+(?: \[[^\]]*+\])*+))(?::(?: (.*+))?+)?+$", re.DOTALL)
_KEY = re.compile(rf"(/?[\w-]++)(?: ({_NAME}))?+((?: \[[^\]]*+\])*+)$", re.DOTALL)
_ATTRIBUTE = re.compile(r" \[([\w-]+)(?:=([^\]]*))?\]")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_PLAIN = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


@dataclass
class _Draft:
    """A node whose children are still being read."""

    depth: int
    role: str
    frame: str
    place: int
    said: dict[str, Any] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    def done(self) -> Node:
        children = self.children
        if self.depth >= 0 and len(children) == 1 and children[0].role == "text" and not self.said.get("text"):
            self.said["text"] = children[0].text
            children = []
        return Node(role=self.role, frame=self.frame, place=self.place, children=tuple(children), **self.said)


def parse(snapshot: str) -> Look:
    """The nodes of a snapshot. Never fails: a line that cannot be read is kept in ``unread``."""
    root = _Draft(-1, "page", "", 0)
    open_ones = [root]
    unread = []
    for line in snapshot.split("\n"):
        if not line.strip():
            continue
        depth, draft = _read(line)
        if draft is None:
            unread.append(line)
            continue
        while open_ones[-1].depth >= depth:
            _close(open_ones)
        holder = open_ones[-1]
        if isinstance(draft, tuple):
            holder.said[draft[0]] = draft[1]
            continue
        draft.frame = holder.said.get("ref", "") if holder.role == "iframe" else holder.frame
        open_ones.append(draft)
    while len(open_ones) > 1:
        _close(open_ones)
    return Look(numbered(root.done()), tuple(unread))


def _close(open_ones: list[_Draft]) -> None:
    done = open_ones.pop().done()
    open_ones[-1].children.append(done)


def _read(line: str) -> tuple[int, _Draft | tuple[str, str] | None]:
    """One line: how deep it is, and the node or the property (an address, a placeholder) that it says."""
    found = _LINE.match(line)
    if found is None:
        return 0, None
    key = _KEY.match(found[2].replace("''", "'") if found[2] is not None else found[3])
    if key is None:
        return 0, None
    depth, role, value = len(found[1]), key[1], _value(found[4] or "")
    if role.startswith("/"):
        return depth, (role[1:], value) if role in ("/url", "/placeholder") else None
    draft = _Draft(depth, role, "", 0, _attributes(key[3]))
    if key[2]:
        draft.said["name"] = _unescaped(key[2][1:-1])
    if value:
        draft.said["text"] = value
    return depth, draft


def _attributes(written: str) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, value in _ATTRIBUTE.findall(written):
        if name in ("checked", "pressed"):
            said[name] = "mixed" if value == "mixed" else True
        elif name in ("disabled", "expanded", "active", "selected", "invalid"):
            said[name] = True
        elif name == "aria-hidden":
            said["hidden"] = True
        elif name == "cursor":
            said["pointer"] = value == "pointer"
        elif name == "level":
            said["level"] = int(value) if value.isdigit() else 0
        elif name == "ref":
            said["ref"] = value
        elif name == "box" and re.fullmatch(r"(-?\d+,){3}-?\d+", value):
            said["box"] = Box(*(int(number) for number in value.split(",")))
    return said


def _value(written: str) -> str:
    return _unescaped(written[1:-1]) if len(written) > 1 and written[0] == written[-1] == '"' else written


def _unescaped(written: str) -> str:
    return _ESCAPE.sub(lambda e: chr(int(e[1] or e[2], 16)) if e[1] or e[2] else _PLAIN.get(e[3], e[3]), written)


def numbered(root: Node) -> Node:
    """The tree, each node with its number in reading order."""
    for number, node in enumerate(root.walk()):
        object.__setattr__(node, "place", number)
    return root
