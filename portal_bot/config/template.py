"""The text of a first config: commented, and sound as it stands. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

NOBODY_YET = "Firstname Lastname"
"""Stands where the user's people go. The portal has nobody of this name, so nothing comes of it if it is left there."""


def first_config(url: str, user_name: str, practices: Sequence[str] = ()) -> str:
    """A config for one account. Without practices: for an account that has one, which needs no name."""
    blocks = "\n".join(_practice(name) for name in practices or (None,))
    return f"""\
# Who may read and answer patients' messages in the Practice Portal. Written by `portal-bot init`.
#
#     portal-bot validate     looks for mistakes in this file; opens nothing
#     portal-bot plan         says what would change in the portal; changes nothing
#     portal-bot apply        makes it so, and reads every record again as proof
#
# The password does not belong in this file. Everything after a # is a note. Indent with spaces, never with tabs.
version: 1

portal:
  url: {_scalar(url)}
  user_name: {_scalar(user_name)}
  # password_from: keyring       # ask this place for the password and no other; also env:NAME, file:PATH, command:...

# What everybody below gets: the caption next to the check box, exactly as the portal shows it.
permissions: [Messaging]

# Put your people in place of {NOBODY_YET}, each as the portal's list shows the name.
# `portal-bot roster` writes everybody who is in the portal, with their present state.
practices:
{blocks}
# A run that would go beyond these is refused, and nothing is changed.
limits:
  max_changes: 25
  max_removals: 0

# Who is told how scheduled runs end (needs the extra `notify`), and how long run folders are kept.
# notify: {{urls: ["file:notify-address"], on: change}}
# retention: {{pictures: 90d, runs: 1y}}
"""


def _practice(name: str | None) -> str:
    first = f"  - name: {_scalar(name)}          # as the drop-down at the top of the portal shows it\n    " if name else "  - "
    return f"""{first}providers: []                  # the portal's list "Providers": clinical staff
    staff:                         # the portal's list "Staff Members": everybody else
      - {NOBODY_YET}
"""


def _scalar(text: str) -> str:
    """The text as YAML reads it back, in quotes where it must be."""
    import yaml

    try:
        plain = yaml.safe_load(f"x: {text}") == {"x": text} and text.isprintable()
    except yaml.YAMLError:
        plain = False
    return text if plain else json.dumps(text, ensure_ascii=False)
