"""The page of an inspection: one HTML file that works offline and on paper."""

from __future__ import annotations

from equipoise.report.blocks import Document, Section
from equipoise.report.formats.html_page import templates
from equipoise.report.inspection.findings import Findings
from equipoise.report.inspection.sections import parts
from equipoise.report.table_cells import plural


def inspection_page(findings: Findings) -> bytes:
    """The page; it loads nothing from the network, and every text is escaped."""
    made = parts(findings)
    protocol = findings.protocol
    document = Document(
        title="Data as read",
        subtitle=f"{protocol.trial.label} · protocol {protocol.trial.version}",
        about=_about(findings),
        banners=_banners(findings),
        watermark="",
        sections=tuple(Section(p.id, "", p.title, "", ()) for p in made),
        header=f"{protocol.trial.label}: data as read",
        running="",
        paper=protocol.report.paper,
    )
    template = templates().get_template("inspection.html")
    return template.render(
        document=document,
        headline=headline(findings),
        refused=findings.refused,
        parts=made,
        kind=lambda block: type(block).__name__,
    ).encode()


def headline(findings: Findings) -> str:
    """Whether an analysis would be refused, in one sentence."""
    open_ones = [found for found in findings.problems if not found.accepted]
    if open_ones:
        able = sum(found.acceptable for found in open_ones)
        text = (
            f"An analysis of these data is refused: {plural(len(open_ones), 'problem')}"
        )
        return f"{text}, of which {able} can be accepted." if able else f"{text}."
    people = plural(len(findings.tables["participants"]), "participant")
    accepted = plural(len(findings.problems), "problem")
    tail = f"; {accepted} accepted" if findings.problems else ""
    if not findings.unblinded:  # analyze would refuse them (EQ451)
        return (
            f"The data have no problem and no arm: {people} read{tail}. Until the arm is "
            "mapped, only a dry run on shuffled arms is possible (--dummy)."
        )
    return f"Nothing prevents an analysis of these data: {people} read{tail}."


def _about(findings: Findings) -> str:
    state = (
        "The data contain the arms: counts are also shown by arm."
        if findings.unblinded
        else "The data are blinded: nothing on this page is shown by arm."
    )
    return f"{findings.source}. {state}"


def _banners(findings: Findings) -> tuple[str, ...]:
    accepted = [found for found in findings.problems if found.accepted]
    texts = [f"Accepted: {found.problem.code} {found.what}" for found in accepted]
    if findings.origin.virtual:
        texts.append("Simulated participants: no participant on this page is real.")
    return tuple(texts)
