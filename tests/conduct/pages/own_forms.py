"""A trial with a form of its own: a calculated field, checks, an attested signature."""

from pathlib import Path

from equipoise import library

FIELDS = (
    ("taken_on", "Taken on", 'type = "date"'),
    ("left", "Left", 'type = "number"\nunit = "mg"'),
    ("right", "Right", 'type = "number"\nunit = "mg"'),
    ("both", "Both", 'type = "number"\nunit = "mg"\nsum = ["left", "right"]'),
    ("sent_at", "Sent at", 'type = "datetime"\nrequired = false'),
    ("odd", "Is one of them odd?", 'type = "flag"'),
    ("why", "Why is it odd?",
     'type = "text"\nonly_if = { field = "odd", one_of = ["yes"] }'),
)  # fmt: skip
CHECKS = (
    ("future", "taken_on", "today", "true", "the sample would be from the future"),
    ("higher", "left", "right", "false", "left is higher than right"),
)


def own_protocol(folder: Path) -> Path:
    """The file of feder2021 with the form ``tissue`` added."""
    text = [
        library.text("protocols", "feder2021"),
        '[[forms]]\nid = "tissue"\ntitle = "Tissue samples"\n'
        'by = "investigator"\nattested = true\nany_time = true\nassumed = true',
    ]
    text += [
        f'[[forms.fields]]\nid = "{name}"\nlabel = "{label}"\n{more}'
        for name, label, more in FIELDS
    ]
    text += [
        f'[[forms.checks]]\nid = "{name}"\nfield = "{field}"\norder = "not after"\n'
        f'other = "{other}"\nhard = {hard}\ntext = "{what}"'
        for name, field, other, hard, what in CHECKS
    ]
    path = folder / "protocol.toml"
    path.write_text("\n".join(text), "utf-8")
    return path
