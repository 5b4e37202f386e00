"""A portal on a kit, to look at: ``python -m tests.kits.serve datatables``."""

from __future__ import annotations

import sys

from tests.kits.sites import ALL

if __name__ == "__main__":
    with next(kind for kind in ALL if kind.vendor == sys.argv[1])() as site:
        print(site.url, site.user_name, site.password, flush=True)
        sys.stdin.read()
