"""Import and export: choose a noun, upload a file, look at what it would change, then import it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from expo import registry
from expo.errors import DomainError
from expo.exchange import exporting, runs
from expo.exchange.checking import resource_of
from expo.exchange.reading import MAX_BYTES, MAX_ROWS
from expo.forms.records import add_refusal
from expo.models import ImportRow, ImportRun, ImportState
from expo.registry import Table
from expo.secrecy import QUESTION, Answer

RUNS_SHOWN = 20
ROWS_PER_PAGE = 50


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    classified = forms.ChoiceField(
        label=_("Does it contain anything classified?"),
        choices=Answer.choices,
        widget=forms.RadioSelect,
        help_text=_("With “yes” nothing is stored, not even the file. The answer is not stored either."),
        error_messages={"required": _("Say first whether it contains anything classified.")},
    )

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not table.asks_secrecy:
            del self.fields[QUESTION]
        self.fields["file"].help_text = gettext(
            "CSV in UTF-8 or XLSX, at most %(megabytes)s MB and %(rows)s rows. Nothing is written before you "
            "have seen what would change."
        ) % {"megabytes": MAX_BYTES // 1048576, "rows": f"{MAX_ROWS:,}"}

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                gettext("The file is %(size)s MB. At most %(most)s MB: split it into several files.")
                % {"size": f"{(file.size or 0) / 1048576:.1f}", "most": MAX_BYTES // 1048576}
            )
        return file


class ConfirmForm(forms.Form):
    """With rows in error, leaving them out is chosen, never assumed."""

    choice = forms.BooleanField(
        required=False,
        error_messages={"required": _("Some rows have errors. Say that they are left out, or mend the file.")},
    )

    def __init__(self, *args: Any, run: ImportRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].required = bool(run.rows_bad)
        self.fields["choice"].label = gettext("Leave out the rows with errors (%(count)s)") % {
            "count": f"{run.rows_bad:,}"
        }


def urls() -> list[URLPattern]:
    def page(address: str, view: Any, name: str) -> URLPattern:
        return path(f"exchange/{address}", admin.site.admin_view(view), name=name)

    return [
        page("", exchange, "exchange"),
        page("runs/<str:code>/", import_run, "import-run"),
        page("runs/<str:code>/confirm/", import_confirm, "import-confirm"),
        page("runs/<str:code>/cancel/", import_cancel, "import-cancel"),
        page("runs/<str:code>/mend.<str:format>", import_mend, "import-mend"),
        page("<slug:noun>/", exchange_noun, "exchange-noun"),
        page("<slug:noun>/template.<str:format>", exchange_template, "exchange-template"),
        page("<slug:noun>/export.<str:format>", exchange_export, "exchange-export"),
    ]


# ---------------------------------------------------------------------------------------------------- who may what
def may_view(request: HttpRequest, table: Table) -> bool:
    name = f"{table.model._meta.app_label}.view_{table.model._meta.model_name}"
    return request.user.has_perm(name) or request.user.has_perm(table.permissions[1])


def may_import(request: HttpRequest, table: Table) -> bool:
    return request.user.has_perms(table.permissions)


def tables_for(request: HttpRequest) -> list[Table]:
    rows = (table for table in registry.tables.values() if may_view(request, table))
    return sorted(rows, key=lambda table: table.position)


def runs_for(request: HttpRequest) -> QuerySet[ImportRun]:
    """Imports of the nouns that this person may import."""
    nouns = [table.noun for table in registry.tables.values() if may_import(request, table)]
    return ImportRun.objects.filter(noun__in=nouns).select_related("by")


def table_or_404(request: HttpRequest, noun: str, *, to_import: bool = False) -> Table:
    table = registry.tables.get(noun)
    if table is None:
        raise Http404
    if not may_view(request, table) or (to_import and not may_import(request, table)):
        raise PermissionDenied
    return table


def run_or_404(request: HttpRequest, code: str) -> ImportRun:
    run = runs_for(request).filter(code=code).first()
    if run is None:
        raise Http404
    return run


# ---------------------------------------------------------------------------------------------------- pages
def exchange(request: HttpRequest) -> HttpResponse:
    """All nouns, and the latest imports, so that one that was left is found again."""
    rows = [(table, may_import(request, table)) for table in tables_for(request)]
    if not rows:
        raise PermissionDenied
    latest = [(run, registry.tables[run.noun].title) for run in runs_for(request)[:RUNS_SHOWN]]
    return shown(request, "exchange", title=gettext("Import and export"), tables=rows, runs=latest)


def exchange_noun(request: HttpRequest, noun: str) -> HttpResponse:
    """Template, export, upload. POST takes a file in and has it checked."""
    table = table_or_404(request, noun, to_import=request.method == "POST")
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()), table=table)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            by: Any = request.user
            run = runs.start(
                file.read(), file.name, table=table, by=by, language=get_language() or "en",
                classified=form.cleaned_data.get(QUESTION, ""),
            )  # fmt: skip
            return HttpResponseRedirect(reverse("admin:import-run", args=[run.code]))
        except DomainError as problem:
            add_refusal(form, DomainError(problem.message, field=problem.field or "file"))
    resource = resource_of(table)
    return shown(
        request, "exchange_noun", title=table.title, table=table, form=form, may_import=may_import(request, table),
        columns=[described(resource, name) for name in resource.columns], key=", ".join(resource.key_columns),
        count=table.model._default_manager.count(),
    )  # fmt: skip


def described(resource: Any, name: str) -> dict[str, Any]:
    column = resource.columns[name]
    return {
        "name": name,
        "label": resource.label(name),
        "allowed": gettext("only to read") if column.readonly else column.widget.allowed(),
        "is_needed": resource.is_needed(name),
        "is_key": name in resource.key_columns,
    }


def import_run(request: HttpRequest, code: str) -> HttpResponse:
    """How an import stands: under way, to be looked at, or ended. htmx asks for the progress alone."""
    run = run_or_404(request, code)
    if request.headers.get("HX-Request"):
        if not run.is_under_way:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return TemplateResponse(request, "admin/_exchange_progress.html", {"run": run, "progress": progress_of(run)})
    return shown(request, "exchange_run", **about(request, run), form=ConfirmForm(run=run))


def about(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    table = registry.tables[run.noun]
    counts = {"bad": run.rows_bad, "changed": run.rows_changed, "new": run.rows_new}
    wanted = request.GET.get("show", "")
    show = wanted if counts.get(wanted) else next((kind for kind, count in counts.items() if count), "")
    rows = Paginator(ImportRow.objects.filter(run=run, outcome=show), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    labels = dict(ImportRow.Outcome.choices)
    return {
        "title": run.name,
        "table": table,
        "run": run,
        "progress": progress_of(run),
        "tabs": [(kind, labels[kind], count, kind == show) for kind, count in counts.items() if count],
        "show": show,
        "rows": rows if not run.is_under_way else None,
        "list_url": reverse(f"admin:{table.model._meta.app_label}_{table.model._meta.model_name}_changelist"),
    }


def progress_of(run: ImportRun) -> dict[str, int]:
    found = runs.read_progress(run) if run.is_under_way else {}
    total = found.get("total", 0)
    return {**found, "percent": min(100, 100 * found["done"] // total)} if total else {}


@require_POST
def import_confirm(request: HttpRequest, code: str) -> HttpResponse:
    run = run_or_404(request, code)
    form = ConfirmForm(request.POST, run=run)
    if form.is_valid():
        try:
            run = runs.confirm(run, by=request.user, leave_out_bad=form.cleaned_data["choice"])  # type: ignore[arg-type]
            if run.state == ImportState.DONE:
                messages.success(request, gettext("Imported: %(count)s rows.") % {"count": f"{run.rows_good:,}"})
            return HttpResponseRedirect(reverse("admin:import-run", args=[run.code]))
        except DomainError as error:
            run.refresh_from_db()
            if run.state != ImportState.CHECKED:
                messages.error(request, str(error))
                return HttpResponseRedirect(reverse("admin:import-run", args=[run.code]))
            add_refusal(form, error)
    return shown(request, "exchange_run", **about(request, run), form=form)


@require_POST
def import_cancel(request: HttpRequest, code: str) -> HttpResponse:
    run = run_or_404(request, code)
    try:
        runs.cancel(run, by=request.user)  # type: ignore[arg-type]
        messages.success(request, gettext("The import is canceled. Nothing was written."))
    except DomainError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("admin:exchange-noun", args=[run.noun]))


# ---------------------------------------------------------------------------------------------------- files
def import_mend(request: HttpRequest, code: str, format: str) -> HttpResponse:
    """The rows with errors, with what is wrong beside them."""
    run = run_or_404(request, code)
    if not run.has_file or not run.rows_bad or run.is_under_way:
        raise Http404
    try:
        data = exporting.bad_rows(run, known(format))
    except DomainError as error:
        raise Http404(str(error)) from error
    return download(data, format, f"{run.noun}-mend")


def exchange_template(request: HttpRequest, noun: str, format: str) -> HttpResponse:
    table = table_or_404(request, noun)
    return download(exporting.template(table, known(format)), format, f"{noun}-template")


def exchange_export(request: HttpRequest, noun: str, format: str) -> HttpResponse:
    """The rows of the noun, by the filters of the admin's list where the address has some."""
    table = table_or_404(request, noun)
    model_admin = admin.site._registry.get(table.model)
    rows = None
    if request.GET and model_admin is not None:
        try:
            rows = model_admin.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters as error:
            raise Http404 from error
    everything = request.user.has_perm(table.permissions[1])
    data = exporting.export(table, known(format), rows=rows, everything=everything)
    return download(data, format, f"{noun}-{timezone.localdate():%Y-%m-%d}")


def known(format: str) -> str:
    if format not in exporting.FORMATS:
        raise Http404
    return format


def download(data: bytes, format: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=exporting.FORMATS[format])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{format}") or ""
    response["Cache-Control"] = "no-store"
    return response


def shown(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return TemplateResponse(request, f"admin/{template}.html", {**admin.site.each_context(request), **context})
