"""FastAdmin: one page of React and Ant Design, saved by a request of its script."""

from __future__ import annotations

from .admin_site import AdminSite


class FastAdminSite(AdminSite):
    """Users stand ten on a page; a record's address is a fragment; its flags are switches."""

    urls = "fastadmin_urls"
