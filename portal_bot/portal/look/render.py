"""From nodes back to the text of a snapshot: ``parse(render(look.root))`` is the same tree. Pure."""

from __future__ import annotations

import json
import re

from portal_bot.portal.look.node import Node

_CONTROL = re.compile(r'[\\"\x00-\x1f\x7f-\x9f]')
_QUOTED = re.compile(
    r"""^$|^\s|\s$|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|^-|[\n:](\s|$)|\s\#|[\n\r]|^[&*\],?!>|@"'\#%]|[{}`]|^\[
    |^[-+.\dx]|^(y|n|yes|no|true|false|on|off|null|~|infinity)$""",
    re.VERBOSE | re.IGNORECASE,
)
"""What YAML would read as something else than this text. Quoting too much does no harm."""


def render(root: Node) -> str:
    """The snapshot of what is in a node."""
    lines: list[str] = []
    waiting = [(child, 0) for child in reversed(root.children)]
    while waiting:
        node, depth = waiting.pop()
        indent = "  " * depth
        if node.role == "text":
            lines.append(f"{indent}- text: {_value(node.text)}")
            continue
        given = [(key, said) for key, said in (("url", node.url), ("placeholder", node.placeholder or None)) if said is not None]
        key = f"{indent}- {_key(node)}"
        if node.text and not given and not node.children:
            lines.append(f"{key}: {_value(node.text)}")
            continue
        lines.append(f"{key}:" if given or node.children or node.text else key)
        lines += [f"{indent}  - /{name}: {_value(said)}" for name, said in given]
        lines += [f"{indent}  - text: {_value(node.text)}"] if node.text else []
        waiting += [(child, depth + 1) for child in reversed(node.children)]
    return "\n".join(lines)


def _key(node: Node) -> str:
    said = [node.role]
    if node.name:
        said.append(json.dumps(node.name, ensure_ascii=False))
    for name, state in (("checked", node.checked), ("pressed", node.pressed)):
        said += [f"[{name}=mixed]" if state == "mixed" else f"[{name}]"] if state else []
    said += [f"[{name}]" for name in ("disabled", "expanded", "active", "invalid", "selected") if getattr(node, name)]
    said += ["[aria-hidden]"] if node.hidden else []
    said += [f"[level={node.level}]"] if node.level else []
    said += [f"[ref={node.ref}]"] if node.ref else []
    said += ["[cursor=pointer]"] if node.pointer else []
    said += [f"[box={','.join(map(str, node.box))}]"] if node.box else []
    key = " ".join(said)
    return "'" + key.replace("'", "''") + "'" if _QUOTED.search(key) else key


def _value(text: str) -> str:
    if not _QUOTED.search(text):
        return text
    plain = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
    return '"' + _CONTROL.sub(lambda c: plain.get(c[0], f"\\x{ord(c[0]):02x}"), text) + '"'
