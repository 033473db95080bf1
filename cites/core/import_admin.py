"""Import in the administration: send a file, read what would happen, confirm. Works without JavaScript."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from cites import data_imports
from cites.accounts import step_up
from cites.core import permissions
from cites.core.admin import person
from cites.core.errors import Blocked
from cites.core.import_templates import XLSX, as_csv, as_xlsx
from cites.core.imports import CHANGED, CREATED, IGNORED, MEANWHILE, UNCHANGED, Importer, Mapping, Report
from cites.core.spreadsheets import MAX_BYTES, FileRefused, Sheet, read
from cites.models import DataImport

SHOWN = 200
FORMATS = {"xlsx": (as_xlsx, XLSX), "csv": (as_csv, "text/csv; charset=utf-8")}
VERDICTS = {
    CREATED: "à ajouter",
    CHANGED: "à modifier",
    UNCHANGED: "déjà là, inchangée",
    IGNORED: "laissée de côté",
}


class FileForm(forms.Form):
    file = forms.FileField(
        label="Fichier CSV, XLSX ou ODS",
        max_length=200,
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.ods"}),
    )

    def clean_file(self) -> Sheet:
        upload = self.cleaned_data["file"]
        try:
            return read(upload.name, upload.read(MAX_BYTES + 1))
        except FileRefused as refused:
            raise forms.ValidationError(str(refused)) from refused


class ColumnsForm(forms.Form):
    """Which column of the file is which. The lists hold the titles of the file."""

    def __init__(self, data: Any = None, *, importer: type[Importer], header: Sequence[str], mapping: Mapping) -> None:
        super().__init__(data)
        titles = [(str(i), title or f"(colonne {i + 1}, sans titre)") for i, title in enumerate(header)]
        for column in importer.columns:
            self.fields[column.name] = forms.ChoiceField(
                label=column.label,
                choices=[("", "(absente du fichier)"), *titles],
                required=False,
                initial=str(mapping.get(column.name, "")),
                help_text="Obligatoire." if column.required else "",
            )

    @property
    def mapping(self) -> Mapping:
        return {name: int(index) for name, index in self.cleaned_data.items() if index}


class ImportMixin(admin.ModelAdmin):
    """Adds to a changelist the pages that import its rows."""

    importer: type[Importer]
    change_list_template = "admin/imports/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        def page(route: str, view: Any, name: str) -> URLPattern:
            names = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
            return path(route, self.admin_site.admin_view(view), name=names)

        return [
            page("importer/", self.import_view, "import"),
            page("importer/modele.<str:kind>", self.import_template_view, "import_template"),
            page("importer/<int:pk>/", step_up.recent_sign_in(self.import_check_view), "import_check"),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        permissions.check(request.user, "cites.import_data")
        form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
        if request.method == "POST" and form.is_valid():
            kept = data_imports.receive(self.importer, form.cleaned_data["file"], by=person(request))
            return redirect(self._page("import_check"), kept.pk)
        context = {
            "form": form,
            "formats": tuple(FORMATS),
            "template_page": self._page("import_template"),
            "columns": self.importer.columns,
            "notes": self.importer.notes,
            "max_rows": self.importer.max_rows,
        }
        return self._answer(request, "admin/imports/send.html", f"Importer : {self.importer.title}", context)

    def import_check_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The person who sent the file, and no other, reads it here."""
        permissions.check(request.user, "cites.import_data")
        own = DataImport.objects.filter(started_by=person(request), subject=self.importer.code)
        kept = get_object_or_404(own, pk=pk)
        if kept.applied_at:
            messages.info(request, "Ce fichier est déjà importé.")
            return redirect(self._page("changelist"))
        header = kept.content["header"]
        form = ColumnsForm(request.POST or None, importer=self.importer, header=header, mapping=kept.mapping)
        if request.method == "POST" and "confirm" in request.POST:
            return self._confirm(request, kept)
        if request.method == "POST" and form.is_valid():
            data_imports.try_again(kept, form.mapping, by=person(request))
            return redirect(self._page("import_check"), pk)
        return self._report(request, kept, form)

    def import_template_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        permissions.check(request.user, "cites.import_data")
        if kind not in FORMATS:
            raise Http404
        return _template(request, self.importer, kind)

    def _confirm(self, request: HttpRequest, kept: DataImport) -> HttpResponse:
        try:
            report = data_imports.confirm(kept, by=person(request), seen=request.POST.get("seen", ""))
        except Blocked as blocked:
            messages.error(request, str(blocked))
            return redirect(self._page("import_check"), kept.pk)
        if report.is_refused:
            why = MEANWHILE if MEANWHILE in report.problems else "Le portail ne le permet plus, voyez pourquoi."
            messages.error(request, f"Rien n'est importé. {why}")
            return redirect(self._page("import_check"), kept.pk)
        told = (
            f"{report.count(CREATED)} ajoutées, {report.count(CHANGED)} modifiées, {report.count(UNCHANGED)} déjà là."
        )
        messages.success(request, f"Le fichier est importé. Lignes : {told}")
        return redirect(self._page("changelist"))

    def _report(self, request: HttpRequest, kept: DataImport, form: ColumnsForm) -> HttpResponse:
        report = Report.of_json(kept.report)
        errors, warnings = list(report.sentences(errors=True)), list(report.sentences(errors=False))
        written = [line for line in report.lines if line.verdict in (CREATED, CHANGED)]
        context = {
            "kept": kept,
            "seen": data_imports.state_of(kept),
            "form": form,
            "errors": errors[:SHOWN],
            "more_errors": max(len(errors) - SHOWN, 0),
            "warnings": warnings[:SHOWN],
            "more_warnings": max(len(warnings) - SHOWN, 0),
            "counts": [(label, report.count(verdict)) for verdict, label in VERDICTS.items()],
            "refused": sum(line.is_refused for line in report.lines),
            "lines": [(line.number, line.name, VERDICTS[line.verdict], line.changes) for line in written[:SHOWN]],
            "more_lines": max(len(written) - SHOWN, 0),
            "writes": report.writes,
            "before": data_imports.same_file(kept),
        }
        return self._answer(request, "admin/imports/check.html", f"Vérifier l'import : {self.importer.title}", context)

    def _answer(self, request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
        names = {"opts": self.opts, "changelist": self._page("changelist")}
        return TemplateResponse(
            request, template, {**self.admin_site.each_context(request), "title": title, **names, **context}
        )

    def _page(self, name: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}"


@require_safe
def _template(request: HttpRequest, importer: type[Importer], kind: str) -> HttpResponse:
    build, content_type = FORMATS[kind]
    response = HttpResponse(build(importer), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="modele-{importer.code}.{kind}"'
    return response
