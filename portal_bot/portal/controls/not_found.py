"""What is said of a control that is not on the page, or that several things on it fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from portal_bot.model.errors import ControlAmbiguous, ControlNotFound
from portal_bot.portal.map.portal_map import PortalMap


def not_to_be_found(
    portal_map: PortalMap,
    controls: Sequence[str],
    many: Mapping[str, int],
    names: Mapping[str, str],
    captions: Callable[[], Sequence[str]],
) -> ControlNotFound | ControlAmbiguous:
    """The error for whichever of some controls was looked for in vain: the candidates tried, and what is on the page instead.

    ``many``: how many things fit a control. ``names``: what the placeholders stood for. ``captions``: gives those on the page.
    """
    tried = "; ".join(f"{control}: " + (", ".join(map(str, portal_map.control(control))) or "no candidates") for control in controls)
    for key, value in names.items():
        tried = tried.replace("{" + key + "}", value).replace("{" + key + "~}", value)
    hint = f"The map says how to find it ({controls[0]}); `portal-bot doctor` shows each page and the lines to put into your map."
    if many:
        control, count = next(iter(many.items()))
        return ControlAmbiguous(f"{count} controls on the page fit {control}, and it must be exactly one. Tried {tried}.", hint=hint)
    near = nearest_captions(_wanted(portal_map, controls, names), captions())
    instead = "On the page instead: " + ", ".join(f'"{c}"' for c in near) + "." if near else "The page shows no captions at all."
    return ControlNotFound(f"{controls[0]} is not on the page. Tried {tried}. {instead}", hint=hint)


def _wanted(portal_map: PortalMap, controls: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """Every name that the controls could have had."""
    captions = portal_map.captions
    wanted = [value for key, value in names.items() if key not in captions or any(c.rpartition(".")[2] == key for c in controls)]
    for control in controls:
        for candidate in portal_map.control(control):
            ways = (candidate.name, candidate.label, candidate.text, candidate.placeholder, candidate.title)
            wanted += [name for name in ways if name]
        wanted.append(control.rpartition(".")[2].replace("_", " "))
    return wanted


def nearest_captions(wanted: Sequence[str], captions: Sequence[str], most: int = 6) -> list[str]:
    """The captions on the page that are most like what was wanted, best first."""
    from rapidfuzz import fuzz, utils

    def score(caption: str) -> float:
        return max((fuzz.WRatio(name, caption, processor=utils.default_process) for name in wanted), default=0.0)

    return sorted(captions, key=score, reverse=True)[:most]
