"""Every form of every page as a person would send it: where the hostile requests of the tests start from."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.house import answers, matrix
from tests.house.answers import Asker, Block, roles
from tests.house.story import Story
from tests.visitor import Page, Visitor, raw

# Percent-encoded, as a client sends them.
HOSTILE = {
    "NUL": "A%00B",
    "a lone surrogate": "A%ED%A0%80B",
    "no text at all": "%FF%FE",
    "a number without end": "9" * 5000,
    "a number too long": "9" * 30,
    "minus one": "-1",
    "infinity": "1e400",
    "Arabic digits": "%D9%A1%D9%A2",
    "the first year": "0001-01-01",
    "the first hour": "0001-01-01T00:00",
    "a long text": "%C3%A9" * 9000,
    "marks of programs": "%7B0%7D%25s%7B%7B7*7%7D%7D'%22%3E%3Cb%3E",
}
NOT_TYPED = ("csrfmiddlewaretoken",)
BLOCKS = [block for table in matrix.TABLES for block in answers.read(table.read_text())]
# The first block of each form of each route: neither the state nor the version changes what is typed.
SAME_FORM = ("_ancienne", "_ancien", "_ferme", "_trop_cher")
PAGES = [
    block
    for block in {(b.route, b.form): b for b in reversed(BLOCKS)}.values()
    if not block.route.startswith("admin:") and not block.form.endswith(SAME_FORM)
]


@dataclass
class Sending:
    """One form of one page, as one person has it: the values it would send, and where."""

    visitor: Visitor
    url: str
    values: dict[str, list[str]]

    @property
    def typed(self) -> list[str]:
        return [name for name in self.values if name not in NOT_TYPED and not name.endswith("_FORMS")]

    def send(self, **hostile: str) -> Page:
        return self.visitor.post(self.url, raw(self.values, **hostile), page=self.url)


def visitor(story: Story, role: str) -> Visitor:
    """Sees the errors of the server as pages."""
    one = Visitor(raises=False)
    one.client = story.client(role)
    return one


def sendings(asker: Asker, block: Block) -> Iterator[Sending]:
    """The forms of the page, filled validly; or, where a page is only sent to, what the matrix sends."""
    url = asker.url(block)
    valid = {name: [str(value)] for name, value in matrix.form(block.form, asker.story, block.args).items()}
    for role in roles(block, "POST", "200", "302", "409"):
        one = visitor(asker.story, role)
        page = one.open(url)
        drawn = [page.sends(label) for label in page.buttons] if page.status == 200 else []
        forms = [values for values in drawn if set(values) & set(valid)] if valid else drawn
        for values in forms or [{}]:
            whole = {**values, **valid}
            if [name for name in whole if name not in NOT_TYPED]:
                yield Sending(one, url, whole)
