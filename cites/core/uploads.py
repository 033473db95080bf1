"""A field for files that says which kinds and sizes it takes before anyone chooses one."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from cites.core.text import file_size

# What a person calls it -> the endings of its names.
KINDS = {
    "PDF": (".pdf",),
    "JPEG": (".jpg", ".jpeg"),
    "PNG": (".png",),
    "Word": (".docx",),
    "Excel": (".xlsx",),
    "OpenDocument": (".odt", ".ods"),
}


class UploadInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class UploadField(forms.FileField):
    """One file, or several. Kind and size are the name's and the browser's word: what is stored is checked again."""

    def __init__(self, *, kinds: Iterable[str] = tuple(KINDS), max_bytes: int, several: bool = False, **kwargs: Any):
        self.kinds, self.max_bytes, self.several = tuple(kinds), max_bytes, several
        self.endings = [ending for kind in self.kinds for ending in KINDS[kind]]
        kwargs.setdefault("help_text", self.promise)
        super().__init__(widget=UploadInput if several else forms.ClearableFileInput, **kwargs)

    @property
    def promise(self) -> str:
        files = "Plusieurs fichiers possibles. " if self.several else ""
        each = " par fichier" if self.several else ""
        return (
            f"{files}Formats acceptés : {', '.join(self.kinds)}. Taille maximale : {file_size(self.max_bytes)}{each}."
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": ",".join(self.endings), **({"multiple": True} if self.several else {})}

    def clean(self, data: Any, initial: Any = None) -> Any:
        if not self.several:
            return self._checked(super().clean(data, initial))
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            return [] if super().clean(None, initial) is None else initial
        return [self._checked(super(UploadField, self).clean(one, initial)) for one in files]

    def _checked(self, file: Any) -> Any:
        """Each file that is refused is named, with what would be accepted."""
        if isinstance(file, UploadedFile) and file.name:
            if not file.name.lower().endswith(tuple(self.endings)):
                raise forms.ValidationError(f"« {file.name} » n'est pas accepté. {self.promise}")
            if (file.size or 0) > self.max_bytes:
                size = file_size(file.size or 0)
                raise forms.ValidationError(f"« {file.name} » pèse {size} : c'est trop lourd. {self.promise}")
        return file
