"""What a receipt tells beside the file: who answers, by when, what can be done against the answer."""

from django.db import models

from cites.models.references import Reference


class ReceiptNotice(Reference):
    """A paragraph of the receipt. `{date}`, `{silence}` and `{delay}` take the figures of the rules."""

    text = models.TextField(
        "texte",
        help_text="{date} : jour où le silence vaut rejet ; {silence} : ce délai ; {delay} : celui des recours.",
    )

    class Meta(Reference.Meta):
        verbose_name = "mention du récépissé"
        verbose_name_plural = "mentions du récépissé"
