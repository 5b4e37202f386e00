"""What is promised of one-time codes: those of the standard, from a secret in whatever form it was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal_bot.model.errors import CredentialError
from portal_bot.run.account import totp
from portal_bot.run.account.totp import OneTimeCodes, one_time_code

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890", of RFC 6238's examples


@pytest.mark.parametrize(("now", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")])
def test_codes_are_those_of_the_standard(now: int, code: str) -> None:
    """The examples of RFC 6238, appendix B, in six digits."""
    assert one_time_code(SECRET, now)[0] == code


@pytest.mark.parametrize(
    "secret",
    [
        "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
        "gezdgnbvgy3tqojqgezdgnbvgy3tqojq",
        "GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ\n",
        "otpauth://totp/Portal:admin%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Portal",
    ],
)
def test_a_secret_may_be_written_as_authenticators_show_it(secret: str) -> None:
    """In groups, in small letters, with hyphens, or as the whole address of the QR code."""
    assert one_time_code(secret, 59)[0] == "287082"


def test_the_address_of_a_qr_code_tells_digits_time_and_algorithm() -> None:
    """What differs from the usual six digits each half minute is kept. (RFC 6238's SHA-256 example, in eight digits.)"""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA"
    address = f"otpauth://totp/x?secret={secret}&digits=8&algorithm=SHA256&period=60"
    assert one_time_code(address.replace("60", "30"), 59) == ("46119246", 1)
    assert one_time_code(address, 119)[1] == 1


@pytest.mark.parametrize("secret", ["JBSWY3DPEHPK3PXP", "MZXW6YTB", "MZXW6==="])
def test_short_secrets_of_portals_are_taken(secret: str) -> None:
    """Many portals give 16 letters, and nobody can choose more."""
    assert len(one_time_code(secret, 59)[0]) == 6


@pytest.mark.parametrize(("now", "left"), [(0, 30), (25, 5), (25.5, 4.5), (29.9, 0.1), (30, 30)])
def test_a_code_tells_how_long_it_lives(now: float, left: float) -> None:
    """So that one with less than five seconds to live can be passed over for the next."""
    assert one_time_code(SECRET, now)[1] == pytest.approx(left)
    assert one_time_code(SECRET, now)[0] != one_time_code(SECRET, now + left)[0]


@pytest.mark.parametrize("period", ["0", "-30", "x"])
def test_an_address_with_an_odd_period_is_told(period: str) -> None:
    """Not a crash in the middle of a sign-in."""
    with pytest.raises(CredentialError):
        one_time_code(f"otpauth://totp/x?secret={SECRET}&period={period}", 59)


def test_the_next_run_gives_another_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`apply` right after `plan`: the portal would refuse the code of the first sign-in. What is kept does not tell the code."""
    clock = [1111111080.0]  # the beginning of a code's life
    monkeypatch.setattr(totp, "time", lambda: clock[0])
    kept = tmp_path / "account.code-used"
    waited: list[float] = []

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        clock[0] += seconds
        return False

    first = OneTimeCodes(SECRET, wait, kept=kept).next()
    assert (waited, first in kept.read_text()) == ([], False)
    clock[0] += 1
    second = OneTimeCodes(SECRET, wait, kept=kept).next()
    assert (waited, second != first) == ([pytest.approx(29.2)], True)
    clock[0] = 59.0 - 20  # a clock that was set back
    OneTimeCodes(SECRET, wait, kept=kept).next()
    assert len(waited) == 1
    kept.write_text("nonsense")
    assert OneTimeCodes(SECRET, wait, kept=kept).seconds_to_wait() == 0
