"""One thing on a page, and the tree of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

State = bool | Literal["mixed"]
"""Off, on, or some of what is below is on."""


class Box(NamedTuple):
    """Where a node is drawn, in pixels of its own frame."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def middle(self) -> int:
        """The height of its center: what a line of text shares."""
        return self.y + self.height // 2


@dataclass(frozen=True, eq=False, repr=False)
class Node:
    """One thing on a page as a screen reader announces it. Two nodes are equal only if they are the same one.

    ``text`` is a field's value, or the only text of something without children. Longer texts are children of the role "text".
    """

    role: str
    name: str = ""
    text: str = ""
    children: tuple[Node, ...] = ()
    checked: State = False
    pressed: State = False
    selected: bool = False
    expanded: bool = False
    """A closed one looks the same as one that never opens: the tree does not print it."""
    disabled: bool = False
    active: bool = False
    hidden: bool = False
    """Drawn, and withheld from screen readers."""
    invalid: bool = False
    level: int = 0
    ref: str = ""
    """What the window acts on. Empty where nothing can be pressed."""
    pointer: bool = False
    """The mouse pointer becomes a hand. Only the outermost of a nest says so."""
    box: Box | None = None
    url: str | None = None
    placeholder: str = ""
    place: int = field(default=0, compare=False)
    """Its number in reading order."""
    frame: str = ""
    """The ref of the frame that holds it; empty in the page itself."""
    parent: Node | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        for child in self.children:
            object.__setattr__(child, "parent", self)

    def __repr__(self) -> str:
        return f"<{self.role} {self.said!r} {self.ref}>"

    def walk(self) -> Iterator[Node]:
        """This node and everything in it, in reading order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def below(self) -> Iterator[Node]:
        """Everything in this node, in reading order."""
        nodes = self.walk()
        next(nodes)
        return nodes

    def above(self) -> Iterator[Node]:
        """What holds this node, from the inside out."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def holds(self, other: Node) -> bool:
        """Whether the other node is in this one, or is this one."""
        return self is other or any(above is self for above in other.above())

    @cached_property
    def said(self) -> str:
        """What a person reads there: its name, else its text, else all texts in it."""
        return self.name or self.text or self.words

    @cached_property
    def words(self) -> str:
        """All texts in this node in reading order; its own name only where it holds no text."""
        leaves = (node.text or node.name for node in self.walk() if not node.children)
        return " ".join(said for said in leaves if said) or self.name

    @property
    def is_pressable(self) -> bool:
        """Whether a person would press it: a control by its role, or what the mouse pointer shows as one."""
        return bool(self.ref) and (self.pointer or self.role in PRESSABLE)


_WIDGETS = ("button", "link", "tab", "menuitem", "menuitemradio", "menuitemcheckbox", "option", "treeitem")
PRESSABLE = frozenset((*_WIDGETS, "switch", "checkbox", "radio", "combobox", "listbox"))
"""Roles that say "press me"."""


@dataclass(frozen=True, eq=False)
class Look:
    """A whole page at one moment. ``root`` holds what is side by side at its top."""

    root: Node
    unread: tuple[str, ...] = ()
    """Lines that could not be understood. They are empty unless the browser's way to print pages has changed."""

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Everything on the page in reading order. ``nodes[node.place]`` is the node."""
        return tuple(self.root.walk())

    def with_role(self, *roles: str) -> Iterator[Node]:
        return (node for role in roles for node in self._by_role.get(role, ())) if len(roles) == 1 else self._of(roles)

    def _of(self, roles: Iterable[str]) -> Iterator[Node]:
        found = [node for role in roles for node in self._by_role.get(role, ())]
        return iter(sorted(found, key=lambda node: node.place))

    @cached_property
    def _by_role(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            found.setdefault(node.role, []).append(node)
        return found

    def by_ref(self, ref: str) -> Node | None:
        return self._by_ref.get(ref)

    @cached_property
    def _by_ref(self) -> dict[str, Node]:
        return {node.ref: node for node in self.nodes if node.ref}
