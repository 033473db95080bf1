"""What a check cannot ask of a page, literally, each with its reason. As short as possible."""

# Results of axe that it calls incomplete: the rule, what the element holds, why it is no fault.
UNSURE = [
    ("th-has-data-cells", "<table", "a cell that holds a field or a link only is empty to axe"),
    ("aria-valid-attr-value", 'id="id_password"', "Django names the help text of a password it does not draw"),
    ("color-contrast", "<text", "axe does not measure a drawing; its words are those of the table beside it"),
    ("color-contrast", "<tspan", "as above"),
    ("color-contrast", "<legend", "that of the theme stands over two boxes of one colour"),
]
# Links that read the same in the same row: the story gives two rows the same words.
SAME_WORDS = {"Un titre et rien d'autre", "5 octobre 2026 à 14 h 00", "Comité de pilotage du 05/10/2026"}

# Two addresses of one page: the same question, answered in another way or by the other side.
SAME_TITLE = [
    {"accounts:confirm", "mfa_reauthenticate"},
    {"actions:step", "proposals:step"},
    {"actions:dauphin", "proposals:dauphin"},
]

# Forms that only a script can send: a passkey is asked of the browser. By their id, or by their address.
SENT_BY_A_SCRIPT = {"webauthn_form", "/comptes/2fa/webauthn/add/"}


def unsure(rule: str, html: str) -> bool:
    return any(rule == name and part in html for name, part, _ in UNSURE)
