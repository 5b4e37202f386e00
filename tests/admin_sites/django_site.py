"""Django's own admin: pages made on the server, saved by posting a form."""

from __future__ import annotations

from .admin_site import AdminSite


class DjangoSite(AdminSite):
    """Users stand under "Authentication and Authorization", 25 on a page; a save answers with the list again."""

    urls = "django_urls"
