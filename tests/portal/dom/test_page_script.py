"""What the reader says reaches Python whole, whatever scripts a page has of its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from portal_bot.portal.dom.page_script import in_frame, on_elements

FORM = "<label>Given name <input value='{}'></label><label><input type=checkbox checked> Messaging</label>"

OLD_LIBRARY = "Array.prototype.toJSON = function () { return '[' + this.join(', ') + ']' };"  # as Prototype 1.6 and older have it
NO_JSON = "JSON.stringify = () => 'nothing'; JSON.parse = () => null;"


@pytest.mark.parametrize("script", ["", OLD_LIBRARY, NO_JSON, "Object.prototype.toJSON = () => 'object';"])
def test_a_record_is_read_alike_whatever_the_page_makes_of_json(page: Page, script: str) -> None:
    page.set_content(FORM.format("Zoë 😀"))
    untouched = in_frame(page.main_frame, "record", {"boxes": [], "rows": None})
    page.evaluate(f"() => {{ {script} }}")
    assert in_frame(page.main_frame, "record", {"boxes": [], "rows": None}) == untouched
    assert "Zoë 😀" in str(untouched)


def test_half_a_letter_on_the_page_can_be_written_to_a_file(page: Page) -> None:
    """A field cut short in the middle of an emoji, and a backslash before it that means nothing."""
    page.set_content("<p></p><p></p>")
    for number, text in enumerate((r"cut \ud83d", r"\\ud83d \\\udc00")):
        page.evaluate(f"() => {{ document.querySelectorAll('p')[{number}].textContent = '{text}' }}")
    said = on_elements(page.locator("p"), "textsOf")
    assert said == ["cut \ufffd", "\\ud83d \\\ufffd"]
    assert str(said).encode("utf-8")
