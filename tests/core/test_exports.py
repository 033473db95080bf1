"""CSV for spreadsheets: read in French by Excel, no cell ever computed."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

import pytest

from cites.core.exports import csv_response, safe_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://mal.example";"Cliquez")',
        "+33 1 99 00 00 00",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "\x00=1+1",
        "  =1+1",
        "\u00a0=1+1",
        "\u202f@A1",
        "＝1+1",
        "＋1",
        "－1",
        "＠A1",
    ],
)
def test_a_formula_becomes_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Ateliers du soir", "Ateliers du soir"),
        ("2026-014", "2026-014"),
        ("l'école = un lieu", "l'école = un lieu"),
        ("", ""),
        (None, ""),
        (True, "oui"),
        (False, "non"),
        (12, "12"),
        (-12, "-12"),
        (Decimal("1234.50"), "1234,50"),
        (Decimal("-0.05"), "-0,05"),
        (date(2026, 3, 1), "01/03/2026"),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "02/07/2026 00:30"),
    ],
)
def test_a_cell(value: Any, cell: str) -> None:
    assert safe_cell(value) == cell


def test_a_file_opens_in_a_french_spreadsheet() -> None:
    rows: list[list[Any]] = [["Ateliers ; « soir »\nle lundi", Decimal("8000.00")], ["=cmd|' /C calc'!A0", None]]
    response = csv_response("actions.csv", ["Intitulé", "Montant"], rows)
    content = b"".join(cast(Any, response.streaming_content))
    assert content.startswith("\ufeffIntitulé;Montant\r\n".encode())
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert read == [
        ["Intitulé", "Montant"],
        ["Ateliers ; « soir »\nle lundi", "8000,00"],
        ["'=cmd|' /C calc'!A0", ""],
    ]
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="actions.csv"'
