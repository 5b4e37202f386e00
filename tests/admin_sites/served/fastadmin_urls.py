"""FastAdmin's own pages over Django's users, set up as its documentation says; each field has the control it gives by itself."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, User
from django.urls import path
from fastadmin import DjangoModelAdmin, register
from fastadmin.api.frameworks.django.app.urls import get_admin_urls


@register(User)
class Users(DjangoModelAdmin):
    list_display = ("username", "first_name", "last_name", "email", "is_active", "is_staff")
    list_display_links = ("username",)
    list_per_page = 50
    list_filter = ("username", "is_staff")
    exclude = ("password", "user_permissions")
    ordering = ("username",)
    search_fields = ("email",)

    @sync_to_async
    def authenticate(self, username: str, password: str) -> int | None:
        user = authenticate(username=username, password=password)
        return user.pk if user and user.is_superuser else None


@register(Group)
class Groups(DjangoModelAdmin):
    exclude = ("permissions",)


urlpatterns = [path("admin/", get_admin_urls())]
