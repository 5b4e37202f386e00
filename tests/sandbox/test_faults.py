"""Each fault does what it says, over plain HTTP and in both layouts."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pyotp
import pytest

from portal_bot.sandbox import FAULTS, Sandbox

from .visitor import HARBOR, MEADOWLARK, Answer, ClassicVisitor, ModernVisitor, Visitor, visitor_of

LAYOUTS = pytest.mark.parametrize("layout", ["classic", "modern"])
pytestmark = LAYOUTS
Go = Callable[..., Visitor]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def go(start_sandbox: Callable[..., Sandbox], layout: str) -> Go:
    """Somebody signed in to a sandbox with these faults."""

    def start(*faults: str, sign_in: bool = True, **options: object) -> Visitor:
        visitor = visitor_of(start_sandbox(people=12, layout=layout, faults=faults, **options))
        if sign_in:
            visitor.sign_in()
        return visitor

    return start


def marcus(visitor: Visitor) -> int:
    return visitor.number(MEADOWLARK, "staff", "Marcus Bell")


def is_signed_out(answer: Answer) -> bool:
    return answer.status == 401 or (answer.status == 302 and "ReturnUrl" in answer.goes_to)


def messaging(visitor: Visitor, who: str = "Marcus Bell") -> str:
    return visitor.sandbox.permission(MEADOWLARK, "staff", who)


def changed(visitor: Visitor) -> list[str]:
    return [change["field"] for change in visitor.sandbox.audit()["changes"]]


def token(page: Answer) -> dict[str, str]:
    name = "token" if 'name="token"' in page.body else "__RequestVerificationToken"
    return {name: page.hidden(name)}


def test_locked_account(go: Go) -> None:
    visitor = go("locked-account", sign_in=False)
    assert "has been locked" in visitor.sign_in().body
    assert [entry["why"] for entry in visitor.sandbox.audit()["sign_ins"]] == ["locked"]


@pytest.mark.parametrize("faults", [("code-page",), ()])
def test_code_page(go: Go, faults: tuple[str, ...]) -> None:
    """Asked where the fault says so, and where there is a secret; a code counts once."""
    visitor = go(*faults, sign_in=False, totp_secret=SECRET)
    address = visitor.sign_in().goes_to
    page = visitor.get(address)
    assert "Verification code" in page.body and "Verify" in page.body
    assert is_signed_out(visitor.people())
    assert "is incorrect" in visitor.post(address, code="000000", **token(page)).body
    code = pyotp.TOTP(SECRET).now()
    assert visitor.post(address, code=code, **token(page)).goes_to == visitor.home
    assert visitor.people().status == 200
    address = visitor.sign_in().goes_to
    assert "is incorrect" in visitor.post(address, code=code, **token(visitor.get(address))).body
    entries = [(entry["step"], entry["ok"]) for entry in visitor.sandbox.audit()["sign_ins"]]
    assert entries == [("password", True), ("code", False), ("code", True), ("password", True), ("code", False)]
    assert code not in str(visitor.sandbox.audit())


def test_a_secret_that_is_too_short_is_refused_at_once(go: Go) -> None:
    with pytest.raises(ValueError, match="Secrets must be"):
        go(totp_secret="JBSWY3DPEHPK3PXP")


def test_code_page_without_a_secret_lets_nobody_in(go: Go) -> None:
    visitor = go("code-page", sign_in=False)
    address = visitor.sign_in().goes_to
    assert "is incorrect" in visitor.post(address, code="123456", **token(visitor.get(address))).body


@pytest.mark.parametrize(
    ("fault", "shows", "wrong", "right"),
    [
        ("security-question", "first pet", {"answer": "?"}, {"answer": "biscuit"}),
        ("expired-password", "has expired", {"new_password": "x"}, {"new_password": "New-pass-12", "confirm_password": "New-pass-12"}),
        ("terms-page", "I Accept", None, {}),
    ],
)
def test_what_is_asked_after_the_password(go: Go, fault: str, shows: str, wrong: dict[str, str] | None, right: dict[str, str]) -> None:
    visitor = go(fault, sign_in=False)
    address = visitor.sign_in().goes_to
    page = visitor.get(address)
    assert shows in page.body
    if wrong is not None:
        assert visitor.post(address, **wrong, **token(page)).status == 200
        assert is_signed_out(visitor.people())
    assert visitor.post(address, **right, **token(page)).goes_to == visitor.home
    assert visitor.people().status == 200


def test_foreign_login(go: Go) -> None:
    visitor = go("foreign-login", sign_in=False)
    port = urlsplit(visitor.sandbox.url).port
    answer = visitor.get("/Account/LogOn" if isinstance(visitor, ClassicVisitor) else "/m/sign-in")
    assert answer.goes_to.startswith(f"http://localhost:{port}/")
    there = visitor.ask("GET", urlsplit(answer.goes_to).path, Host=f"localhost:{port}")
    assert "Password" in there.body


def test_foreign_form(go: Go) -> None:
    visitor = go("foreign-form", sign_in=False)
    where = urlsplit(visitor.sandbox.url)
    page = visitor.get("/Account/LogOn" if isinstance(visitor, ClassicVisitor) else "/m/sign-in")
    assert f'action="http://localhost:{where.port}/' in page.body
    path = "/Account/LogOn" if isinstance(visitor, ClassicVisitor) else "/m/sign-in"
    form = "UserName=a&Password=secret&email=a&password=secret"
    kind = "application/x-www-form-urlencoded"
    answer = visitor.ask("POST", path, form, Host=f"localhost:{where.port}", Content_Type=kind)
    assert answer.status == 503
    assert [entry["why"] for entry in visitor.sandbox.audit()["sign_ins"]] == ["sent to another origin"]


def test_session_ends_before_list(go: Go) -> None:
    visitor = go("session-ends-before-list")
    assert visitor.get(visitor.home).status == 200
    assert is_signed_out(visitor.people())
    visitor.sign_in()
    assert visitor.people().status == 200


def test_session_ends_on_record(go: Go) -> None:
    visitor = go("session-ends-on-record*2")
    for _ in range(2):
        assert is_signed_out(visitor.record("staff", marcus(visitor)))
        visitor.sign_in()
    assert visitor.record("staff", marcus(visitor)).status == 200


def test_session_ends_at_save(go: Go) -> None:
    visitor = go("session-ends-at-save")
    assert is_signed_out(visitor.tick("staff", marcus(visitor)))
    assert messaging(visitor) == "off" and visitor.sandbox.audit()["saves"] == 0
    visitor.sign_in()
    visitor.tick("staff", marcus(visitor))
    assert messaging(visitor) == "own"


def test_session_ends_after_save(go: Go) -> None:
    visitor = go("session-ends-after-save")
    answer = visitor.tick("staff", marcus(visitor))
    assert answer.status in (200, 302) and "ReturnUrl" not in answer.goes_to
    assert messaging(visitor) == "own"
    assert is_signed_out(visitor.people())


def test_save_stores_nothing(go: Go) -> None:
    visitor = go("save-stores-nothing*1")
    assert "has been saved" in after_save(visitor, visitor.tick("staff", marcus(visitor)))
    assert (messaging(visitor), changed(visitor), visitor.sandbox.audit()["saves"]) == ("off", [], 1)
    visitor.tick("staff", marcus(visitor))
    assert messaging(visitor) == "own"


def after_save(visitor: Visitor, answer: Answer) -> str:
    """What a person reads after Save."""
    return visitor.get(answer.goes_to).body if isinstance(visitor, ClassicVisitor) else answer.body


def test_save_stores_more(go: Go) -> None:
    visitor = go("save-stores-more#marcus.bell@example.com")
    visitor.sandbox.set_permission(MEADOWLARK, "staff", "Marcus Bell", "Bulk Messaging", "off")
    visitor.tick("staff", marcus(visitor))
    assert changed(visitor) == ["Bulk Messaging", "Messaging"]
    visitor.sandbox.set_permission(MEADOWLARK, "staff", "Marcus Bell", "Bulk Messaging", "blocked")
    visitor.tick("staff", marcus(visitor))
    assert changed(visitor)[2:] == ["Notes"]


def test_save_answer_lost(go: Go) -> None:
    visitor = go("save-answer-lost")
    with pytest.raises(http.client.RemoteDisconnected):
        visitor.tick("staff", marcus(visitor))
    assert (messaging(visitor), changed(visitor)) == ("own", ["Messaging"])
    answer = visitor.people()
    assert answer.headers["Connection"] == "close", "a browser must not find a connection on which it would repeat the request"


def test_slow_save(go: Go) -> None:
    visitor = go("slow-save:0.3")
    started = time.perf_counter()
    visitor.tick("staff", marcus(visitor))
    assert time.perf_counter() - started >= 0.3
    assert messaging(visitor) == "own"


def test_save_unavailable(go: Go) -> None:
    visitor = go("save-unavailable")
    assert visitor.tick("staff", marcus(visitor)).status == 503
    assert messaging(visitor) == "off" and visitor.sandbox.audit()["saves"] == 0
    visitor.tick("staff", marcus(visitor))
    assert messaging(visitor) == "own"


def test_unavailable_once(go: Go) -> None:
    visitor = go("unavailable-once")
    assert [visitor.people().status for _ in range(3)] == [503, 200, 200]


def test_unavailable_always(go: Go) -> None:
    visitor = go("unavailable-always", sign_in=False)
    assert [visitor.get(path).status for path in ("/", visitor.home, visitor.home)] == [503] * 3
    visitor.sandbox.clear_faults()
    visitor.sign_in()
    assert visitor.people().status == 200


def test_too_many_requests(go: Go) -> None:
    visitor = go("too-many-requests")
    answers = [visitor.people() for _ in range(4)]
    assert [answer.status for answer in answers] == [429, 429, 429, 200]
    assert answers[0].headers["Retry-After"] == "1"


def test_never_finishes(go: Go) -> None:
    visitor = go("never-finishes")
    page = visitor.get(f"/m/staff/{marcus(visitor)}") if isinstance(visitor, ModernVisitor) else visitor.people()
    assert 'src="/pixel.gif"' in page.body
    where = urlsplit(visitor.sandbox.url)
    waiting = http.client.HTTPConnection(where.hostname or "", where.port, timeout=0.2)
    waiting.request("GET", "/pixel.gif")
    with pytest.raises(TimeoutError):
        waiting.getresponse()
    waiting.close()


@pytest.mark.parametrize(
    ("fault", "classic", "modern"),
    [
        ("survey-popup", "No thanks", "survey"),
        ("session-warning", "Stay signed in", "warning"),
        ("announcement-banner", "unavailable on Sunday", "banner"),
        ("busy-page", "for (;;)", "busy"),
        ("debounced-save", 'data-delay="1000"', "save_delay"),
    ],
)
def test_what_lies_over_a_record(go: Go, fault: str, classic: str, modern: str) -> None:
    visitor = go(fault)
    page = visitor.record("staff", marcus(visitor))
    assert (classic in page.body) if isinstance(visitor, ClassicVisitor) else page.data["frame"]["extras"][modern]


def test_a_fault_can_be_for_one_person_or_one_practice(go: Go) -> None:
    visitor = go("busy-page#marcus.bell@example.com", "empty-list@Harbor")
    mark = "for (;;)" if isinstance(visitor, ClassicVisitor) else '"busy"'
    assert mark in visitor.record("staff", marcus(visitor)).body
    assert mark not in visitor.record("staff", visitor.number(MEADOWLARK, "staff", "Dolores Quinn")).body
    assert "marcus.bell" in visitor.people().body
    visitor.choose(HARBOR)
    assert visitor.people().status == 200
    assert "nora.ahmadi" not in visitor.people().body


def test_person_deleted(go: Go) -> None:
    visitor = go("person-deleted#marcus.bell@example.com")
    number = marcus(visitor)
    assert "marcus.bell" in visitor.people().body
    assert visitor.record("staff", visitor.number(MEADOWLARK, "staff", "Dolores Quinn")).status == 200
    assert visitor.record("staff", number).status == 404
    assert "marcus.bell" not in visitor.people().body


def test_practice_missing(go: Go) -> None:
    assert HARBOR not in shown(go("practice-missing"))
    assert "Pinecrest" not in shown(go("practice-missing@Pinecrest"))
    assert "Pinecrest" in shown(go())


def shown(visitor: Visitor) -> str:
    return (visitor.get(visitor.home) if isinstance(visitor, ClassicVisitor) else visitor.people()).body


def test_practice_switch_ignored(go: Go) -> None:
    visitor = go("practice-switch-ignored")
    assert visitor.choose(HARBOR).status in (204, 302)
    assert visitor.record("staff", marcus(visitor)).status == 200


def test_empty_list(go: Go) -> None:
    visitor = go("empty-list")
    page = visitor.people()
    assert "No records found." in page.body if isinstance(visitor, ClassicVisitor) else page.data["rows"] == []


def test_menu_missing(go: Go) -> None:
    visitor = go("menu-missing")
    page = visitor.get(visitor.home) if isinstance(visitor, ClassicVisitor) else visitor.people()
    assert "User Administration" not in page.body if isinstance(visitor, ClassicVisitor) else page.data["frame"]["hidden"]


def test_box_disabled(go: Go) -> None:
    visitor = go("box-disabled")
    visitor.tick("staff", marcus(visitor))
    assert messaging(visitor) == "off" and changed(visitor) == []
    visitor.sandbox.clear_faults()
    visitor.tick("staff", marcus(visitor))
    assert messaging(visitor) == "own"


def test_random_faults_come_at_their_rate_and_in_their_order(go: Go) -> None:
    def seen(seed: int) -> list[str]:
        visitor = go(f"random:0.3:{seed}")
        kinds = []
        for _ in range(60):
            try:
                answer = visitor.people()
                kinds.append("out" if is_signed_out(answer) else str(answer.status))
            except http.client.RemoteDisconnected:
                kinds.append("cut")
            if kinds[-1] == "out":
                visitor.sign_in()
        return kinds

    first = seen(1)
    assert first == seen(1) != seen(2)
    assert {"200", "503", "cut", "out"} == set(first)
    assert 25 <= first.count("200") <= 55


def test_a_fault_that_is_not_there_is_refused(go: Go) -> None:
    with pytest.raises(ValueError, match="no fault 'no-such'; there are: announcement-banner, box-disabled"):
        go("no-such")
    assert all(says and not says.endswith(".") for says in FAULTS.values())
