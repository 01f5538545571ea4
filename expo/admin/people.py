"""Accounts: the e-mail address is the login; who may do what is a matter of groups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from expo.admin import jobs
from expo.admin.deleting import DeletingAdmin
from expo.models import User
from expo.registry import grants
from expo.roles import ROLES, leads, may_touch

POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")


VERB_WORDS = {
    "view": pgettext_lazy("what a role may", "view"),
    "add": pgettext_lazy("what a role may", "add"),
    "change": pgettext_lazy("what a role may", "change"),
    "delete": pgettext_lazy("what a role may", "delete"),
}


def verbs_in_words(verbs: Iterable[str]) -> list[str]:
    return [str(words) for verb, words in VERB_WORDS.items() if verb in verbs]


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "language")

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class RoleChoice(forms.ModelMultipleChoiceField):
    """Roles with what their people do; other groups by their names."""

    def label_from_instance(self, group: Any) -> str:
        role = ROLES.get(group.name)
        return gettext("%(role)s: %(lede)s") % {"role": role.label, "lede": role.lede} if role else str(group)


class UserForm(UserChangeForm):
    """`only_roles` is set where somebody hands out roles who is no superuser: other groups then stay as they are."""

    only_roles = False

    class Meta:
        model = User
        fields = "__all__"

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean_groups(self) -> list[Group]:
        chosen = list(self.cleaned_data["groups"])
        return chosen + list(self.instance.groups.exclude(name__in=ROLES)) if self.only_roles else chosen

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        roles = [str(group) for group in data.get("groups", ()) if group.name in ROLES]
        if roles and not data.get("is_staff") and "is_staff" in self.fields:
            words = gettext(
                "Tick this too, or take the role away (%(roles)s): without it nobody gets into these pages."
            )
            self.add_error("is_staff", words % {"roles": ", ".join(roles)})
        return data


class GroupFilter(admin.RelatedFieldListFilter):
    """By role, in the reader's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("role")

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [(group.pk, str(group)) for group in Group.objects.order_by("name")]


@admin.register(User)
class UserAdmin(DeletingAdmin, auth_admin.UserAdmin):
    job = jobs.ACCOUNTS
    form = UserForm
    add_form = NewUserForm
    ordering = ("email",)
    list_display = ("email", "name", "role_names", "is_staff", "is_active", "last_login")
    list_filter = (("groups", GroupFilter), "is_staff", "is_superuser", "is_active", "language")
    search_fields = ("email", "name")
    search_help_text = _("E-mail address or name")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "language")}),
        (_("What this person may do"), {"fields": ("is_active", *POWERS)}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "name", "language", "usable_password", "password1", "password2"),
            },
        ),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A superuser hands out every power, an organizer roles; whoever else edits accounts could take them."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or request.user.is_superuser:
            return fieldsets
        fields = ("is_active", "is_staff", "groups") if leads(request.user) else ("is_active",)
        return [row if "is_superuser" not in row[1]["fields"] else (row[0], {"fields": fields}) for row in fieldsets]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(form, UserForm):
            form.only_roles = not request.user.is_superuser
        return form

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "groups":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        groups = Group.objects.order_by("name")
        return RoleChoice(
            groups if request.user.is_superuser else groups.filter(name__in=ROLES),
            required=False,
            label=_("Roles"),
            widget=forms.CheckboxSelectMultiple,
            help_text=_("A role works only together with the tick that lets somebody into these pages."),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Accounts are deleted one by one: each is looked at for what it may do."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        names = [str(group) for group in user.groups.all()]
        return ", ".join([gettext("Superuser"), *names] if user.is_superuser else names) or "–"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_touch(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or may_touch(request.user, obj))


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DeletingAdmin, auth_admin.GroupAdmin):
    """Groups beside the four roles; what a role may do is written in the code and only read here."""

    job = jobs.ACCOUNTS

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A role shows what its people do instead of its code."""
        if obj is None or obj.name not in ROLES:
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": ("lede", "powers")})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("lede", "powers") if obj is not None and obj.name in ROLES else ()

    @admin.display(description=_("role"))
    def lede(self, group: Group) -> str:
        return str(ROLES[group.name].lede)

    @admin.display(description=pgettext_lazy("of a role", "may"))
    def powers(self, group: Group) -> SafeString:
        rows = [row for row in grants.values() if row.role == group.name]
        told = (
            (capfirst(apps.get_model(row.model)._meta.verbose_name_plural), ", ".join(verbs_in_words(row.verbs)))
            for row in rows
        )
        return format_html('<ul role="list">{}</ul>', format_html_join("", "<li>{}: {}</li>", told))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.name not in ROLES)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.name not in ROLES)
