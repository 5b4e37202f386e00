"""Where to sign in, and whether somebody is."""

from __future__ import annotations

from dataclasses import dataclass

from portal_bot.portal.look import Look, Node
from portal_bot.portal.sight.answer import Answer, Candidate, choose, nothing
from portal_bot.portal.sight.around import caption_of, pressables
from portal_bot.portal.sight.portal_captions import Captions, node_says, rank_of, sayings, says


@dataclass(frozen=True)
class SignInForm:
    """What to fill and what to press. A form of two steps shows one of its boxes at a time."""

    user_name: Node | None
    password: Node | None
    button: Node


def signed_in(look: Look, captions: Captions) -> Answer[bool]:
    """Whether the page belongs to somebody who is signed in. Nothing is known where neither shows."""
    for node in pressables(look):
        if node_says(node, captions.sign_out):
            return Answer(True, f'there is "{node.said}"')
        if node_says(node, captions.user_administration):
            return Answer(True, f'the menu has "{node.said}"')
    form = _form(look, captions)
    if form or form.several:
        return Answer(False, f"there is a sign-in form: {form.why}")
    for caption in captions.lists.values():
        if entry := next((node for node in pressables(look) if node_says(node, caption)), None):
            return Answer(True, f'the menu has "{entry.said}"')
    return nothing("there is neither a sign-in form nor a way to sign out")


def sign_in_form(look: Look, captions: Captions) -> Answer[SignInForm]:
    """The sign-in form. A record with a password box of its own is none: the page around it belongs to somebody."""
    if signed_in(look, captions).found:
        return nothing("somebody is signed in")
    return _form(look, captions)


def _form(look: Look, captions: Captions) -> Answer[SignInForm]:
    boxes = [box for box in look.with_role("textbox", "searchbox") if not box.disabled]
    password = _one(boxes, captions.password, "the password box")
    user_name = _one([box for box in boxes if box is not password.found], captions.user_name, "the box of the user name")
    if password.several or user_name.several:
        return _doubled(look, captions, password, user_name)
    if not password and not user_name:
        return nothing("no box asks for a user name or a password")
    button = _button(look, captions, user_name.found, password.found)
    if button.found is None:
        forms = tuple(SignInForm(user_name.found, password.found, rival) for rival in button.rivals)
        return Answer(None, button.why, forms if button.several else ())
    return Answer(SignInForm(user_name.found, password.found, button.found), f"{password.why}; {user_name.why}; {button.why}")


def _one(boxes: list[Node], captions: tuple[str, ...], what: str) -> Answer[Node]:
    said = [(box, caption_of(box)) for box in boxes]
    return choose([Candidate(0, box, f'"{caption}" is {what}') for box, caption in said if says(caption, captions)], what)


def _doubled(look: Look, captions: Captions, password: Answer[Node], user_name: Answer[Node]) -> Answer[SignInForm]:
    forms = []
    for secret in (password.found,) if not password.several else password.rivals:
        for name in (user_name.found,) if not user_name.several else user_name.rivals:
            button = _button(look, captions, name, secret)
            if pressed := button.found or next(iter(button.rivals), None):
                forms.append(SignInForm(name, secret, pressed))
    why = password.why if password.several else user_name.why
    return Answer(None, why, tuple(forms)) if len(forms) > 1 else nothing(why)


def _button(look: Look, captions: Captions, user_name: Node | None, password: Node | None) -> Answer[Node]:
    """The button of the form, in the smallest part of the page that holds the last box and a button that says so."""
    last = password or user_name
    assert last is not None
    for holder in last.above():
        found = []
        for node in pressables(look, holder):
            ranks = [rank for said in sayings(node) if (rank := rank_of(said, captions.sign_in)) is not None]
            if ranks and node.place > last.place:
                found.append(Candidate(min(ranks) + (node.role not in ("button", "link")), node, f'"{node.said}" sends it'))
        if found:
            return choose(found, "the button that signs in")
    return nothing("no button says that it signs in")
