"""The form of one document: the file, its date, and the IBAN of a RIB."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from stdnum import iban as iban_rules

from cites.core import clock
from cites.core.attachments import MAX_BYTES, Checked, check_upload
from cites.core.uploads import UploadField
from partners.models import DocumentKind
from partners.models.documents import validate_iban


class CheckedUpload(UploadField):
    """An upload whose value is what may be stored of it; its errors are the checks' own sentences."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "Fichier", "max_bytes": MAX_BYTES, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> Checked | None:
        file = super().clean(data, initial)
        return check_upload(file) if file else None


class DocumentForm(forms.Form):
    iban = forms.CharField(
        label="IBAN",
        max_length=42,
        help_text="Tel qu'il est écrit sur le RIB. Il n'est montré en entier qu'aux personnes qui paient.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    file = CheckedUpload()
    dated_on = forms.DateField(label="Date de la pièce", widget=forms.DateInput)
    expires_on = forms.DateField(label="Valable jusqu'au", required=False, widget=forms.DateInput)

    def __init__(self, data: Any = None, files: Any = None, *, kind: DocumentKind) -> None:
        super().__init__(data, files)
        self.kind = kind
        if not kind.holds_iban:
            del self.fields["iban"]
        if kind.months_valid:
            self.fields["expires_on"].help_text = f"Laissez vide : {kind.months_valid} mois après sa date."
        else:
            self.fields["expires_on"].help_text = "Si la pièce a une fin."

    def clean_iban(self) -> str:
        iban: str = iban_rules.compact(self.cleaned_data["iban"])
        validate_iban(iban)
        return iban

    def clean_dated_on(self) -> Any:
        day = self.cleaned_data["dated_on"]
        if day > clock.today():
            raise ValidationError("Cette date est à venir.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        dated_on, expires_on = cleaned.get("dated_on"), cleaned.get("expires_on")
        if dated_on and expires_on and expires_on < dated_on:
            self.add_error("expires_on", "La fin de validité précède la date de la pièce.")
        return cleaned


class AttachmentForm(forms.Form):
    """One file at a time: a refusal then loses nothing else."""

    file = CheckedUpload(label="Ajouter un fichier au dossier (devis, courrier…)")
