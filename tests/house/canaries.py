"""Words that only one organisation may read, planted everywhere it writes; and every way its pages could carry them."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from actions import attachments, drafts, review, submission
from actions.models import Action
from cites.core import clock
from cites.core.attachments import check
from cites.models import Cite, User
from partners import documents, joining, membership
from partners.models import AllianceTie, DocumentKind, Organisation
from tests import factories
from tests.house.story import IBAN
from tests.uploads.making import pdf

# What is typed in a proposal besides its ticks and its figures.
TEXTS = (
    *("title", "objectives", "description", "public_description", "contact_name", "equality", "parents_place"),
    *("actors_note", "equipment", "fee_note", "hires_note", "delegation", "indicator_1", "target_1", "indicator_2"),
    *("target_2", "comment_60x", "cofunder_0_name", "cofunder_1_name"),
)
INTERNAL = ("titre de travail", "suivi", "motif d'un avis", "avis préparé")


class Canaries(dict[str, str]):
    """Word by place; the word says nothing of the place, and any encoding leaves its letters as they are."""

    def plant(self, place: str) -> str:
        return self.setdefault(place, f"Zibeline{len(self):03d}q")

    def seen_in(self, *texts: bytes) -> set[str]:
        """An IBAN and a telephone are read whatever spaces part them."""
        whole = b"\n".join(texts).lower().replace(b"\xc2\xa0", b"").replace(b"&nbsp;", b"").replace(b" ", b"")
        return {place for place, word in self.items() if word.lower().replace(" ", "").encode() in whole}


class Planted:
    """An organisation with a row of everything, and its keys by the name of the argument that an address calls them."""

    def __init__(self) -> None:
        self.words = Canaries({"IBAN": IBAN})
        Cite.objects.create(pk=1, name="Cité éducative de Valenton", contact_email="contact@exemple.test")
        self.organisation = self._organisation()
        self.user = self._people()
        self.files = list(self._files())

    def _organisation(self) -> Organisation:
        plant = self.words.plant
        made = factories.make_organisation(
            purpose=plant("objet"),
            address=f"3 rue {plant('adresse')}",
            email=f"{plant('courriel')}@exemple.test",
            phone="01 98 76 54 32",
            legal_representative=plant("représentante"),
            website=f"https://{plant('site')}.exemple.test",
            rna="W941000001",
        )
        self.words |= {"téléphone": "01 98 76 54 32", "RNA": "W941000001"}
        made.contacts.create(
            name=plant("contact"), function=plant("fonction"), email=f"{plant('adresse de contact')}@a.fr"
        )
        other = factories.make_organisation("Le Grenier")
        AllianceTie.objects.create(organisation=made, other=other, subject=plant("alliance"))
        return made

    def _people(self) -> User:
        plant = self.words.plant
        for role in ("redacteur", "lecteur"):
            person = factories.make_user(f"{plant(f'adresse de {role}')}@exemple.test", plant(f"nom de {role}"))
            person.memberships.create(organisation=self.organisation, role=role, starts_on=factories.MANDATES_START)
        asking = factories.make_user(f"{plant('adresse de qui demande')}@exemple.test", plant("nom de qui demande"))
        joining.ask(self.organisation, plant("message de qui demande"), by=asking)
        user = factories.make_member(self.organisation)
        membership.invite(self.organisation, f"{plant('invitée')}@exemple.test", "lecteur", by=user)
        for code in ("statuts", "rib", "assurance"):
            self._keep(code, user)
        return factories.fresh(user)

    def _keep(self, code: str, by: User) -> None:
        kind, plant = DocumentKind.objects.get(code=code), self.words.plant
        piece = check(f"{plant(f'nom du fichier {code}')}.pdf", pdf(b"(%s)" % plant(f"contenu de {code}").encode()))
        iban = IBAN if kind.holds_iban else ""
        documents.keep(self.organisation, kind, piece, dated_on=clock.today(), iban=iban, by=by)

    def _files(self) -> Iterator[Action]:
        """A draft, a file that is submitted, one to complete, one that the pilots read; then one drawn from it."""
        yield self._file("brouillon")
        submitted = self._file("déposé")
        submission.submit(submitted, seen=submitted.draft_version, by=self.user)
        submitted.refresh_from_db()
        yield submitted
        yield self._to_complete()
        yield self._in_review()

    def _file(self, state: str) -> Action:
        """Words in every text of the form, and a file joined."""
        plant, call = partial(self._place, state), factories.make_call()
        texts: dict[str, Any] = {name: plant(name) for name in TEXTS}
        chosen: dict[str, Any] = {
            "fee": "paid",
            "hires": "yes",
            "signatory": "delegate",
            "contact_email": f"{plant('contact')}@a.fr",
        }
        figures: dict[str, Any] = {
            "line_60x": "10,00", "line_604": "1990,00", "cofunder_0_amount": "1000,00", "cofunder_1_line": "74dep",
            "cofunder_1_amount": "1000,00", "cofunder_1_state": "asked",
        }  # fmt: skip
        by = self.user
        action = submission.start(call, self.organisation, by=by)
        drafts.save(action, factories.draft_values(call, **texts, **chosen, **figures), seen=0, by=by)
        piece = check(f"{plant('nom du devis')}.pdf", pdf(b"(%s)" % plant("contenu du devis").encode()))
        attachments.join_file(action, piece, by=by)
        action.refresh_from_db()
        return action

    def _place(self, state: str, name: str) -> str:
        return self.words.plant(f"{state} : {name}")

    def _to_complete(self) -> Action:
        action = factories.make_submitted(title="Un dossier à compléter")
        due = clock.today() + timedelta(days=5)
        factories.ask_completion(action, text=self.words.plant("complément demandé"), due_on=due)
        return action

    def _in_review(self) -> Action:
        """What the pilots write of it: not even its partner reads that."""
        plant, education, ville = self.words.plant, factories.make_pilot("education"), factories.make_pilot("ville")
        action = factories.make_in_review(title="Un dossier en instruction")
        values = {"internal_title": plant("titre de travail"), "follow_up": plant("suivi")}
        submission.edit_follow_up(action, values, seen=action.edit_version, by=education)
        review.give_avis(action, "favorable", Decimal("5000"), plant("motif d'un avis"), by=education)
        review.prepare_avis(action, "reserve", "", plant("avis préparé"), by=ville)
        return action

    def of_organisation(self) -> list[int]:
        """The keys of whatever belongs to it: members, requests, invitations, ties, documents."""
        ours = self.organisation
        rows = [ours.memberships, ours.join_requests, ours.documents, AllianceTie.objects]
        found = {pk for row in rows for pk in row.values_list("pk", flat=True)}
        return sorted(found | set(ours.offers.values_list("invitation_id", flat=True)))

    def of_files(self) -> list[int]:
        """Those of what is joined, and the numbers of versions."""
        found = {1}
        for action in self.files:
            found |= set(action.attachments.values_list("pk", flat=True))
            found |= {pk for pk in action.submissions.values_list("files__pk", flat=True) if pk}
        return sorted(found)


# ------------------------------------------------------------------ what an answer holds


def texts_of(answer: Any) -> list[bytes]:
    """Headers, body, and what is packed in the body: the parts of an ODS, the streams of a PDF and what they show."""
    body = b"".join(answer) if answer.streaming else answer.content
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items()).encode()
    found = [headers, body]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            found += [archive.read(name) for name in archive.namelist()]
    if body.startswith(b"%PDF"):
        streams = list(_streams(body))
        found += [*streams, *_shown(streams)]
    return found


def _streams(content: bytes) -> Iterator[bytes]:
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            yield zlib.decompress(packed)
        except zlib.error:
            yield packed


def _shown(streams: list[bytes]) -> Iterator[bytes]:
    """The lines of the pages, read with the letters of each font in turn: one of them is theirs."""
    fonts = [_letters(one) for one in streams if b"beginbfchar" in one]
    lines = [_glyphs(line) for one in streams for line in re.findall(rb"\[(\(.*?\))\]TJ", one, re.DOTALL)]
    for font in fonts:
        yield "\n".join("".join(font.get(glyph, "") for glyph in line) for line in lines).encode("utf-8", "replace")


def _letters(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]{4})>\n", cmap)
    return {int(glyph, 16): chr(int(letter, 16)) for glyph, letter in pairs}


def _glyphs(shown: bytes) -> list[int]:
    """Two bytes a glyph, written with escapes and octal numbers."""
    texts = re.findall(rb"\(((?:\\.|[^\\)])*)\)", shown, re.DOTALL)
    plain = re.sub(rb"\\([0-7]{1,3}|.)", _unescaped, b"".join(texts), flags=re.DOTALL)
    return [int.from_bytes(plain[at : at + 2]) for at in range(0, len(plain) - 1, 2)]


def _unescaped(found: re.Match[bytes]) -> bytes:
    escaped = found[1]
    if escaped.isdigit():
        return bytes([int(escaped, 8) & 255])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(escaped, escaped)
