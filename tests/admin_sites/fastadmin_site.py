"""FastAdmin: one page of React and Ant Design, saved by a request of its script."""

from __future__ import annotations

from .admin_site import AdminSite


class FastAdminSite(AdminSite):
    """A record's address is a fragment; its flags are switches."""

    urls = "fastadmin_urls"
