"""Puts the fair's own admin site in the place of the stock one."""

from django.contrib.admin.apps import AdminConfig


class ExpoAdminConfig(AdminConfig):
    default_site = "expo.admin.site.ExpoAdminSite"
