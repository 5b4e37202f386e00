"""Each portal on a kit does what a portal does: the job by hand changes one permission and nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.kits.by_hand import BY_HAND
from tests.kits.kit_site import KitSite
from tests.kits.sites import ALL

pytestmark = pytest.mark.full


@pytest.mark.parametrize("kind", ALL, ids=[kind.vendor for kind in ALL])
def test_the_job_by_hand(page: Page, kind: type[KitSite]) -> None:
    with kind() as site:
        member = BY_HAND[site.vendor](page, site, lambda name, **truth: None)
        audit = site.audit()
        assert audit.sign_ins == [(site.user_name, False), (site.user_name, True)]
        assert (audit.saves, audit.refused) == (1, 0)
        assert audit.changes == [(member.practice, member.list, member.email, "Messaging", False, True)]
