"""Tables as ODS: read back as they were written, and nothing in them computes."""

import io
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from cites.core import spreadsheets
from cites.core.ods import ODS, OdsRow, ods

D = Decimal
DANGEROUS = ["=1+1", "+33 1", "-2", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "＝1"]
TABLE = [
    OdsRow(["Ligne", "Montant"], strong=True),
    OdsRow(["Achats & <fournitures> « d'art »", D("1234567.89")]),
    OdsRow(["Deux\nlignes", D("0.01")]),
]


def test_a_table_is_read_back() -> None:
    content = ods("Budget : 2026/2027", TABLE)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert sheet.sheet_names == ["Budget  20262027"]
    assert sheet.get_sheet_by_index(0).to_python() == [
        ["Ligne", "Montant"],
        ["Achats & <fournitures> « d'art »", 1234567.89],
        ["Deux\nlignes", 0.01],
    ]
    assert [row.cells[0] for row in spreadsheets.read("budget.ods", content).rows] == [
        TABLE[1].cells[0],
        "Deux\nlignes",
    ]


def test_the_archive_is_an_ods_and_the_same_each_time() -> None:
    content = ods("Budget", TABLE)
    assert content == ods("Budget", TABLE)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype").decode() == ODS
        manifest = ElementTree.fromstring(archive.read("META-INF/manifest.xml"))  # noqa: S314 - our own file
        assert len(manifest) == 2
        assert b'office:value="1234567.89"' in archive.read("content.xml"), "exact, never a float"


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_is_a_formula(text: str) -> None:
    content = ods("Budget", [OdsRow([text])])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("content.xml").decode()
    assert "table:formula" not in xml
    shown = "".join(ElementTree.fromstring(xml).itertext())  # noqa: S314 - our own file
    assert shown == f"'{text}"


def test_what_xml_cannot_hold_is_left_out() -> None:
    content = ods("\x00'[]", [OdsRow(["a\x00b\x1fc\ufffe\ud800".encode("utf-8", "replace").decode()])])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert sheet.sheet_names == ["Feuille"]
    assert sheet.get_sheet_by_index(0).to_python() == [["abc?"]]


def test_a_table_without_rows_opens() -> None:
    assert CalamineWorkbook.from_filelike(io.BytesIO(ods("Vide", []))).sheet_names == ["Vide"]
