"""What is promised of the redactor: no form of a secret comes through, and everything else does."""

from __future__ import annotations

import base64
import html
import json
import random
import re
import threading
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus, urlencode

import pytest

from portal_bot.model.redaction import Redactor

SECRETS = [
    "hunter22",
    "Corr3ct Horse Battery",
    "two  spaces 1",
    "q\"uote's & <tag> \\ /slash",
    "pässwörd-ß1",
    "日本語パスワード1",
    "emoji😀😀9",
    "100%+=?#;:@,",
    ".*[a-z]+(x|y)$^",
    "a" * 300 + "1",
    "[password]1",
]


def told(*secrets: str, kind: str = "password") -> Redactor:
    redactor = Redactor()
    for secret in secrets:
        redactor.add(secret, kind=kind)
    return redactor


WRITINGS: dict[str, Any] = {
    "as it is": lambda secret: secret,
    "JSON": lambda secret: json.dumps({"p": secret}),
    "JSON, not ASCII": lambda secret: json.dumps({"p": secret}, ensure_ascii=False),
    "JSON in JSON": lambda secret: json.dumps({"body": json.dumps({"p": secret})}),
    "JSON of JavaScript and PHP": lambda secret: json.dumps(secret).replace("/", "\\/"),
    "repr": lambda secret: repr([secret]),
    "HTML": html.escape,
    "HTML of Jinja": lambda secret: html.escape(secret).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"),
    "HTML text": lambda secret: html.escape(secret, quote=False),
    "HTML with numbers": lambda secret: html.escape(secret).encode("ascii", "xmlcharrefreplace").decode(),
    "address": lambda secret: f"/login?p={quote(secret)}&x=1",
    "address, all quoted": lambda secret: quote(secret, safe=""),
    "address, small hex": lambda secret: re.sub("%..", lambda found: found[0].lower(), quote(secret, safe="")),
    "encodeURIComponent": lambda secret: quote(secret, safe="!'()*"),
    "form": lambda secret: urlencode({"user": "a", "password": secret, "x": "y"}),
    "form, small hex": lambda secret: re.sub("%..", lambda found: found[0].lower(), quote_plus(secret)),
    "address in an address": lambda secret: quote(f"/login?p={quote(secret, safe='')}", safe=""),
    "evened out": lambda secret: f"Fill {' '.join(secret.split())}.",
    "UTF-16 base64": lambda secret: base64.b64encode(secret.encode("utf-16-le")).decode(),
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("writing", WRITINGS)
def test_no_form_of_a_secret_comes_through(secret: str, writing: str) -> None:
    """However a log, page, address or trace writes the secret, nothing of that writing is left."""
    plain, written = WRITINGS[writing]("\0"), WRITINGS[writing](secret)
    before, after = _around(plain, written)
    core = written[before : len(written) - after]
    redacted = told(secret).redact(written)
    assert core not in redacted
    assert "[password]" in redacted


def _around(plain: str, written: str) -> tuple[int, int]:
    """How many characters stand before and after the secret: what the writing of another text has in common with it."""
    before = next((n for n, (a, b) in enumerate(zip(plain, written, strict=False)) if a != b), 0)
    after = next((n for n, (a, b) in enumerate(zip(plain[::-1], written[::-1], strict=False)) if a != b), 0)
    return before, after


@pytest.mark.parametrize("secret", [secret for secret in SECRETS if len(secret) < 100])
@pytest.mark.parametrize("before", range(7))
@pytest.mark.parametrize("urlsafe", [False, True])
def test_base64_gives_no_secret_away_wherever_it_begins(secret: str, before: int, urlsafe: bool) -> None:
    """`Basic` headers and the like: of the secret's bits, at most four are left over at each end."""
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    raw = secret.encode()
    encoded = encode(b"admin:x"[:before] + raw + b" and more").decode().rstrip("=")
    left, _, right = told(secret).redact(encoded).partition("[password]")
    assert 6 * len(left) - 8 * before <= 4
    assert 8 * (before + len(raw)) - 6 * (len(encoded) - len(right)) <= 4


def test_a_password_and_user_in_a_basic_header_is_hidden() -> None:
    """The header that browsers make of user and password."""
    header = base64.b64encode(b"office.admin@example.com:hunter22").decode()
    assert "aHVudGVy" not in told("hunter22").redact(f"Authorization: Basic {header}")
    assert "[password]" in told("hunter22").redact(f"Authorization: Basic {header}")


class Pair(NamedTuple):
    name: str
    value: object


def test_everything_that_holds_text_is_searched() -> None:
    """Lists, mappings with their keys, named tuples, sets, bytes and paths: at any depth, each keeping its type."""
    given = {
        "hunter22": [("x", "hunter22"), {"a": Pair("n", "my hunter22")}],
        "bytes": b"\xff hunter22 \xfe",
        "set": {"hunter22"},
        "path": Path("runs/hunter22/a.png"),
        "others": (1, None, 2.5, True),
    }
    assert told("hunter22").redact(given) == {
        "[password]": [("x", "[password]"), {"a": Pair("n", "my [password]")}],
        "bytes": b"\xff [password] \xfe",
        "set": {"[password]"},
        "path": Path("runs/[password]/a.png"),
        "others": (1, None, 2.5, True),
    }


def test_without_secrets_nothing_is_touched() -> None:
    """The very same value comes back."""
    value = {"a": ["text"]}
    assert Redactor().redact(value) is value
    assert told("").redact(value) is value


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("a1", "[password]"),
        ("password=a1&x", "password=[password]&x"),
        ('{"p": "a1"}', '{"p": "[password]"}'),
        ("a12, ba1, a1b, xa1", "a12, ba1, a1b, xa1"),
        ("a1_x", "[password]_x"),
        ("YTEK YTE=", "YTEK YTE="),
    ],
)
def test_a_short_secret_is_taken_out_only_where_it_stands_alone(text: str, redacted: str) -> None:
    """A password of two letters must not shred every sentence and picture."""
    assert told("a1").redact(text) == redacted


def test_the_quoted_forms_of_a_short_secret_are_as_careful() -> None:
    """A password é does not take the é out of everybody's address."""
    redactor = told("é")
    assert redactor.redact("/people/Jos%C3%A9 José") == "/people/Jos%C3%A9 José"
    assert redactor.redact("p=%C3%A9&q=%c3%a9") == "p=[password]&q=[password]"


def test_names_of_people_come_through() -> None:
    """Nothing but the secret is replaced."""
    text = "Ana Reyes (staff, East), ana.reyes@example.com: Messaging is on. hunter2 HUNTER22"
    assert told("hunter22", "Horse-7-battery").redact(text) == text


def test_a_redacted_text_stays_as_it_is() -> None:
    """Two redactions, as of an event and of the file it is written to, do not eat the marks."""
    redactor = told("word", "pass", "code1")
    redactor.add("one-time", kind="one-time code")
    once = redactor.redact("my word is pass, one-time code1")
    assert once == "my [password] is [password], [one-time code] [password]"
    assert redactor.redact(once) == once


def test_the_longest_secret_wins() -> None:
    """Where one secret begins another, no end of the longer one is left over."""
    redactor = told("hunter22")
    redactor.add("hunter22-and-more", kind="session cookie")
    assert redactor.redact("hunter22-and-more hunter22") == "[session cookie] [password]"


@pytest.mark.parametrize(("cookie", "redacted"), [("1234567", "c=1234567"), ("12345678", "c=[session cookie]")])
def test_short_cookies_are_no_secrets(cookie: str, redacted: str) -> None:
    """A cookie that says lang=en or seen=1 is left in the trace; a session of eight characters or more is not."""
    assert told(cookie, kind="session cookie").redact(f"c={cookie}") == redacted


def test_a_cookie_is_hidden_also_as_the_server_reads_it() -> None:
    """Cookies are often sent URL-quoted."""
    assert told("s%3Aabc%2Fdef", kind="session cookie").redact("s:abc/def") == "[session cookie]"


def test_the_secret_of_an_otpauth_address_is_hidden_alone_too() -> None:
    """Whoever gave the whole address still does not find the secret in a log, in groups of four or in one piece."""
    redactor = told("otpauth://totp/Portal:admin?secret=JBSWY3DPEHPK3PXP&issuer=Portal", kind="one-time secret")
    assert redactor.redact("key JBSWY3DPEHPK3PXP") == "key [one-time secret]"
    assert told("JBSW Y3DP EHPK 3PXP", kind="one-time secret").redact("key JBSWY3DPEHPK3PXP") == "key [one-time secret]"


def test_secrets_may_be_told_while_others_redact() -> None:
    """Workers sign in and write at the same time: a secret that was told is hidden from then on, in every thread."""
    redactor = told("hunter22")
    leaks: list[str] = []
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            leaks.extend(text for text in [redactor.redact("hunter22 cookie-0001")] if "hunter22" in text)

    def tell(worker: int) -> None:
        for number in range(10):
            secret = f"cookie-{worker:02}{number:02}"
            redactor.add(secret, kind="session cookie")
            leaks.extend(text for text in [redactor.redact(secret)] if text != "[session cookie]")

    writer, *tellers = [threading.Thread(target=write), *(threading.Thread(target=tell, args=(number,)) for number in range(4))]
    for thread in (writer, *tellers):
        thread.start()
    for thread in tellers:
        thread.join()
    done.set()
    writer.join()
    assert leaks == []
    assert redactor.redact("cookie-0309") == "[session cookie]"


def test_random_secrets_in_random_text() -> None:
    """Whatever letters a password has, it is found, and the text around it stays whole."""
    chance = random.Random(7)
    letters = "".join(map(chr, range(33, 127))) + "äöüßé€"
    for _ in range(60):
        secret = "".join(chance.choices(letters, k=chance.randint(8, 30)))
        redactor = told(secret)
        assert redactor.redact(f"<{secret}>") == "<[password]>"
        assert json.loads(redactor.redact(json.dumps({"before": "Ana", "p": secret, "after": "José"}))) == {
            "before": "Ana", "p": "[password]", "after": "José",
        }  # fmt: skip
