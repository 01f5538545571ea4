"""Texts of other packages that our pages show and those packages have no Chinese for.

Our catalogue is asked before theirs, so a translation there is enough. Naming them here is what makes
`make messages` collect them.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

BORROWED = (
    # django.contrib.admin
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("Error:"),
    # django.forms: a label that ends with one of these takes no colon
    _(":?.!"),
    # django.contrib.auth and django.db
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    _("Null characters are not allowed."),
    _("%(model)s instance with %(field)s %(value)r is not a valid choice."),
    # django_tasks and django_tasks_db
    pgettext_lazy("Task", "Ready"),
    pgettext_lazy("Task", "Running"),
    pgettext_lazy("Task", "Failed"),
    pgettext_lazy("Task", "Successful"),
    _("Task Result"),
    _("Task Results"),
    _("status"),
)
