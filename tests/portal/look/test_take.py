"""A look holds all that a page shows, and never a password."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from portal_bot.portal.look.take import SecretOnPage, filled_password_box, take_look

SECRET = "Tulip-Harbor-42"
BOX = '<label>Password <input type="password" id="box"></label>'
SHOW = "<button type=button onclick=\"box.type = 'text'\">show</button>"
SHADOW = """<div id="host"></div><script>
  host.attachShadow({mode: 'open'}).innerHTML = '<section></section>';
  const inner = document.createElement('div'); host.shadowRoot.querySelector('section').append(inner);
  inner.attachShadow({mode: 'open'}).innerHTML = `<label>Password <input type="password" value="%s"></label>`;
</script>"""


@pytest.mark.parametrize(
    "html",
    [
        f'<label>Password <input type="password" value="{SECRET}"></label>',
        f"<iframe srcdoc='<iframe srcdoc=\"<input type=password value={SECRET}>\"></iframe>'></iframe>",
        SHADOW % SECRET,
        f"<input type=text name=userPassword value={SECRET}>",
        f"<input type=text autocomplete=current-password value={SECRET}>",
        f"<input type=text aria-label='Pass phrase' value={SECRET}>",
        f"<label>Enter your password<input type=text value={SECRET}></label>",
    ],
    ids=[
        "filled by the portal",
        "in a frame in a frame",
        "in a shadow root",
        "shown, by name",
        "shown, by purpose",
        "shown, by label",
        "labelled",
    ],
)
def test_no_look_is_taken_where_a_password_stands(page: Page, html: str) -> None:
    page.set_content(html)
    page.wait_for_timeout(100)
    assert filled_password_box(page)
    with pytest.raises(SecretOnPage) as refused:
        take_look(page, signed_in=False)
    assert SECRET not in str(refused.value)


def test_a_typed_password_that_is_shown_is_found(page: Page) -> None:
    """Empty, typed, then switched to a text box by "show"."""
    page.set_content(BOX + SHOW)
    assert not filled_password_box(page)
    page.locator("#box").press_sequentially("x1")
    assert filled_password_box(page)
    page.get_by_role("button", name="show").click()
    assert page.locator("#box").get_attribute("type") == "text"
    assert filled_password_box(page)


def test_a_box_that_the_browser_filled_is_found(page: Page) -> None:
    """A browser hides from scripts what it has filled until somebody clicks, but not that it did."""
    page.set_content(BOX)
    page.evaluate("""() => {
      const matches = Element.prototype.matches;
      Element.prototype.matches = function (css) { return css === ':autofill' ? this.id === 'box' : matches.call(this, css); };
    }""")
    assert page.locator("#box").input_value() == ""
    assert filled_password_box(page)


@pytest.mark.parametrize("html", [BOX, "<label>User name <input value=ana></label>" + BOX, "<p>Password: none</p><input value=passing>"])
def test_a_page_without_a_typed_password_is_looked_at(page: Page, html: str) -> None:
    page.set_content(html)
    assert take_look(page, signed_in=False).unread == ()


def test_a_look_has_frames_shadow_roots_and_boxes(page: Page) -> None:
    page.set_content("<iframe srcdoc='<button>In a frame</button>'></iframe>" + (SHADOW % "").replace("Password", "In a shadow root"))
    page.wait_for_timeout(100)
    look = take_look(page, signed_in=True)
    button, box = (next(node for node in look.nodes if node.name == name) for name in ("In a frame", "In a shadow root"))
    assert button.frame and look.by_ref(button.frame) is next(look.with_role("iframe"))
    assert button.box and box.box and box.box.width > 0
    page.get_by_ref(button.ref).click()


def test_every_page_parses_whatever_its_names_hold(page: Page) -> None:
    nasty = [
        "it's: 'so'", '"quoted" \\ back', "- dash", "{brace}", "#hash # hash", "a [ref=e1] [checked]", "yes", "12", "☑ ▸",
        "x" * 950, "\u2028",
    ]  # fmt: skip
    page.set_content("".join("<button>b</button><input>" for _ in nasty))
    page.evaluate("(nasty) => nasty.forEach((text, n) => { document.querySelectorAll('button')[n].ariaLabel = text;"
                  " document.querySelectorAll('input')[n].value = text; })", nasty)  # fmt: skip
    look = take_look(page, signed_in=True)
    assert look.unread == ()
    names = [node.name for node in look.with_role("button")]
    values = [node.text for node in look.with_role("textbox")]
    assert [name for name in names if name not in ("", "b")] == [text for text in nasty if len(text) <= 900 and text.strip()]
    assert values[:9] == nasty[:9]
