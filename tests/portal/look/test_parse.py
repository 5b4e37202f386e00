"""Every snapshot parses, whatever is in it, and nothing of it is lost."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_bot.portal.look import Box, Look, Node, parse, render

NASTY = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "a: b", "- x", "'", '"', '\\"', "\\", "#", " # ", "[ref=e1]", "[checked]", "{x}", "`", "yes", "~", "12", "0x1F", "1e5",
         "Infinity", "it's: 'so'", "a\nb", "\r\n", "\t", "\x00", "\x85", "\u2028", "text",
         "/url: x", "x:", ": ", "&amp;", "*", "?", "!"]
    ),
)  # fmt: skip
ROLES = st.sampled_from(["generic", "textbox", "link", "button", "row", "cell", "checkbox", "treeitem", "iframe", "graphics-symbol"])
STATES = st.sampled_from([False, True, "mixed"])


def nodes(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.builds(
        Node, role=ROLES, name=NASTY, children=st.lists(children, max_size=4).map(tuple), checked=STATES, pressed=STATES,
        selected=st.booleans(), expanded=st.booleans(), disabled=st.booleans(), active=st.booleans(), hidden=st.booleans(),
        invalid=st.booleans(), level=st.integers(0, 9), ref=st.integers(0, 999).map("e{}".format), pointer=st.booleans(),
        box=st.none() | st.builds(Box, *[st.integers(-999, 9999)] * 4), url=st.none() | NASTY, placeholder=NASTY,
    )  # fmt: skip


TEXTS = st.builds(Node, role=st.just("text"), text=NASTY.filter(bool))
LEAVES = TEXTS | st.builds(Node, role=ROLES, name=NASTY, text=NASTY, ref=st.just("e7"))
TREES = st.lists(st.recursive(LEAVES, nodes, max_leaves=20), max_size=4).map(lambda top: Node("page", children=(*top,)))


def shown(node: Node) -> list[object]:
    """Everything a node says, comparable; a single text is its holder's own, however it was written."""
    inside = [shown(child) for child in node.children]
    only = node.children[0].text if len(inside) == 1 and node.children[0].role == "text" and not node.text else node.text
    return [
        node.role, node.name, only, node.checked, node.pressed, node.selected, node.expanded, node.disabled, node.active, node.hidden,
        node.invalid, node.level, node.ref, node.pointer, node.box, node.url, node.placeholder, [] if only != node.text else inside,
    ]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_what_is_written_is_read_back(tree: Node) -> None:
    look = parse(render(tree))
    assert look.unread == ()
    assert [shown(child) for child in look.root.children] == [shown(child) for child in tree.children]


@settings(max_examples=150, deadline=None)
@given(st.text() | st.lists(st.sampled_from([*"- \"'[]:\\\n", "- a", "  ", "text: "]), max_size=60).map("".join))
def test_no_text_makes_it_fail_and_none_is_lost(text: str) -> None:
    look = parse(text)
    lines = [line for line in text.split("\n") if line.strip()]
    assert len(look.unread) + sum(1 for node in look.nodes) >= (1 if lines else 0)
    assert parse(render(look.root)).unread == ()


def test_one_of_everything() -> None:
    look = parse("""\
- generic [active] [ref=e1] [box=0,0,1280,538]:
  - 'heading "Staff: all" [level=1] [ref=e2] [cursor=pointer] [box=1,2,3,4]'
  - textbox "Name \\"x\\"" [disabled] [ref=e3]:
    - /placeholder: "Search: now"
    - text: "yes"
  - checkbox "On" [checked=mixed] [invalid=spelling] [aria-hidden]
  - link "Home" [ref=e4]:
    - /url: "#"
  - text: before the frame
  - iframe [ref=e5]:
    - button "In" [pressed] [ref=f1e1]: "a\\tb\\x07"
  - option [selected] [expanded] [brandnew] [ref=e6]
""")
    assert look.unread == ()
    top, heading, name, box, link, text, frame, button, option = look.nodes[1:]
    assert (heading.name, heading.level, heading.pointer, heading.box) == ("Staff: all", 1, True, Box(1, 2, 3, 4))
    assert (name.name, name.text, name.placeholder, name.disabled) == ('Name "x"', "yes", "Search: now", True)
    assert (box.checked, box.invalid, box.hidden, box.ref) == ("mixed", True, True, "")
    assert (link.url, text.text, button.text, button.pressed, button.frame) == ("#", "before the frame", "a\tb\x07", True, "e5")
    assert (option.selected, option.expanded, frame.frame, top.frame) == (True, True, "", "")
    assert look.by_ref("f1e1") is button and button.parent is frame and top.holds(button)
    assert [node.place for node in look.nodes] == list(range(len(look.nodes)))


def test_a_line_that_cannot_be_read_is_kept() -> None:
    look = parse('- button "A"\n<changed>\n- button "B"')
    assert look.unread == ("<changed>",)
    assert [node.name for node in look.with_role("button")] == ["A", "B"]


@pytest.mark.parametrize("line", ['- cell "Reyes, Ana" [ref=e{}] [box=1,2,3,4]: x', "- 'a \"b", '- a "' + "\\" * 400, "- a" + " [x" * 300])
def test_the_time_it_takes_is_linear(line: str) -> None:
    """Twenty times the lines take far less than four hundred times as long, also where they do not parse."""

    def seconds(lines: int) -> float:
        text = "\n".join(["- row:"] + [f"  {line}"] * lines)
        best = 9.0
        for _ in range(3):
            start = perf_counter()
            parse(text)
            best = min(best, perf_counter() - start)
        return best

    assert seconds(10_000) < 100 * max(seconds(500), 0.001)


def test_a_very_deep_page_is_read() -> None:
    look: Look = parse("\n".join("  " * depth + "- generic:" for depth in range(3000)) + "\n" + "  " * 3000 + "- text: deep")
    assert look.root.words == "deep"
