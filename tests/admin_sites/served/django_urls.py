"""Django's own admin, as every Django project has it: only the length of the list's pages is set."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.urls import path


class ShortPages(UserAdmin):
    list_per_page = 25


admin.site.unregister(User)
admin.site.register(User, ShortPages)

urlpatterns = [path("admin/", admin.site.urls)]
