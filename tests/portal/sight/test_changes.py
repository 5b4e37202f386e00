"""What differs between two looks, and what of it follows from the wanted box."""

from __future__ import annotations

import pytest

from portal_bot.portal.look import Look, parse
from portal_bot.portal.sight.portal_captions import ENGLISH
from portal_bot.portal.sight.records.difference import differences, follows, strays
from portal_bot.portal.sight.records.permission import all_boxes, permission_box
from tests.looks import Saved, corpus
from tests.portal.sight.mutations import without
from tests.portal.sight.questions import about

PAIRS = [
    (saved, other) for saved in corpus() for other in corpus() if saved.site == other.site and other.truth.get("changed_from") == saved.page
]


@pytest.mark.parametrize(("before", "after"), PAIRS, ids=str)
def test_a_tick_is_the_only_difference(before: Saved, after: Saved) -> None:
    known = about(after)
    box = permission_box(after.look, known.permission, known.captions).found
    assert box is not None
    changes = differences(before.look, after.look)
    assert any(change.node is box.node for change in changes)
    assert strays(before.look, after.look, [box]) == ()


@pytest.mark.parametrize(("before", "after"), PAIRS, ids=str)
def test_a_field_that_is_gone_is_a_difference(before: Saved, after: Saved) -> None:
    known = about(after)
    wanted = permission_box(after.look, known.permission, known.captions).found
    assert wanted is not None
    for box in all_boxes(after.look)[:8]:
        if box.node is not wanted.node and not follows(wanted.node, box.node):
            assert strays(before.look, without(after.look, box.node), [wanted]), box


NESTED = parse("""\
- tree:
  - treeitem "Correspondence" [expanded]:
    - generic:
      - checkbox [checked=mixed]
      - text: Correspondence
    - group:
      - treeitem:
        - checkbox [ref=e1]
        - text: Messaging
      - treeitem:
        - checkbox [checked]
        - text: Bulk Messaging
  - treeitem:
    - checkbox
    - text: Portal
""")
FLAT = parse("""\
- tree:
  - treeitem [level=1]:
    - checkbox
    - text: Patients
  - treeitem [level=1]:
    - checkbox [checked=mixed]
    - text: Correspondence
  - treeitem [level=2]:
    - checkbox [checked]
    - text: Bulk Messaging
  - treeitem [level=2]:
    - checkbox [ref=e1]
    - text: Messaging
  - treeitem [level=1]:
    - checkbox
    - text: Portal
""")
INDENTED = parse("""\
- tree:
  - treeitem [box=0,0,300,20]:
    - checkbox [box=10,4,13,13]
    - text: Patients
  - treeitem [box=0,20,300,20]:
    - checkbox [checked=mixed] [box=10,24,13,13]
    - text: Correspondence
  - treeitem [box=0,40,300,20]:
    - checkbox [checked] [box=30,44,13,13]
    - text: Bulk Messaging
  - treeitem [box=0,60,300,20]:
    - checkbox [ref=e1] [box=30,64,13,13]
    - text: Messaging
  - treeitem [box=0,80,300,20]:
    - checkbox [box=10,84,13,13]
    - text: Portal
""")


@pytest.mark.parametrize("look", [NESTED, FLAT, INDENTED], ids=["nested", "levels", "indents"])
def test_a_head_follows_and_a_neighbor_does_not(look: Look) -> None:
    wanted = permission_box(look, "Messaging", ENGLISH).found
    assert wanted is not None
    following = {box.caption for box in all_boxes(look) if follows(wanted.node, box.node)}
    assert following == {"Correspondence"}
