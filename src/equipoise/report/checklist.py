"""The CONSORT 2025 checklist: each item, and where in the report it stands.

Source: Hopewell et al. 2025, CONSORT 2025 statement, BMJ 389:e081123. The topics are
named in our own words; the statement has the full wording.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from equipoise.protocol.model import Protocol
from equipoise.report.content import Section, TextTable, label

ELSEWHERE = "not in this report: for the authors to write"
PROTOCOL = "protocol file"

# item, topic, where: names of blocks (several: the first ones that are there), or a text
ITEMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("1a", "Identified as a randomized trial in the title", ("=title",)),
    ("1b", "Structured summary", ("#synopsis",)),
    ("2", "Trial registration", ("=registry",)),
    ("3", "Where protocol and analysis plan can be found", ("=protocol",)),
    ("4", "Data sharing", ()),
    ("5a", "Funding and other support", ()),
    ("5b", "Conflicts of interest", ()),
    ("6", "Background and rationale", ()),
    ("7", "Objectives, benefits and harms", ("methods",)),
    ("8", "Patient and public involvement", ()),
    ("9", "Trial design", ("=design",)),
    ("10", "Changes after the trial began", ("=version",)),
    ("11", "Settings and locations", ()),
    ("12a", "Eligibility criteria of participants", ("=eligibility",)),
    ("12b", "Eligibility criteria of sites and providers", ()),
    ("13", "Intervention and comparator", ("=interventions",)),
    ("14", "Outcomes and their analysis", ("methods",)),
    ("15", "How harms were defined and assessed", ("adverse-events-overview",)),
    ("16a", "How the sample size was determined", ("=size",)),
    ("16b", "Interim analyses and stopping", ("=rules",)),
    ("17a", "Sequence generation: who and how", ("=randomization",)),
    ("17b", "Type of randomization and restriction", ("=randomization",)),
    ("18", "Allocation concealment", ()),
    ("19", "Implementation: access to the sequence", ()),
    ("20a", "Who was blinded", ("=blinding",)),
    ("20b", "How blinding was achieved", ("=blinding",)),
    ("21a", "Statistical methods, harms included", ("methods",)),
    ("21b", "Who is in each analysis, and in which group", ("analysis-sets",)),
    ("21c", "How missing data were handled", ("methods", "sensitivity")),
    ("21d", "Additional analyses, planned or post hoc", ("#efficacy", "sensitivity")),
    ("22a", "Flow of participants", ("participant-flow",)),
    (
        "22b",
        "Losses and exclusions with reasons",
        ("participant-flow", "analysis-sets"),
    ),
    ("23a", "Dates of recruitment and follow-up", ("follow-up",)),
    ("23b", "Why the trial ended or was stopped", ()),
    ("24a", "Intervention as given, adherence", ("exposure", "deviations")),
    ("24b", "Concomitant care", ()),
    ("25", "Baseline data", ("baseline",)),
    ("26", "Numbers analysed, outcomes and estimation", ("continuous", "proportions")),
    ("27", "All harms or unintended events", ("adverse-events", "serious-events")),
    ("28", "Ancillary analyses", ("#blinding", "sensitivity")),
    ("29", "Interpretation", ()),
    ("30", "Limitations", ()),
)


def checklist(protocol: Protocol, sections: Sequence[Section]) -> Section:
    """The checklist for these sections, as the last chapter of the report."""
    places = _places(sections)
    stated = _stated(protocol)
    rows = []
    for item, topic, wanted in ITEMS:
        found = [text for name in wanted if (text := _find(name, places, stated))]
        rows.append((item, topic, "; ".join(found) or ELSEWHERE))
    table = TextTable(
        "consort",
        "CONSORT 2025: where each item stands",
        ("Item", "Topic", "Where"),
        tuple(rows),
        "Topics in short; the statement has the full wording (Hopewell et al. 2025, BMJ "
        "389:e081123).",
        kind="Table",
    )
    return Section("checklist", "", "CONSORT 2025 checklist", "", (table,))


def _find(name: str, places: dict[str, str], stated: dict[str, str]) -> str:
    return stated.get(name[1:], "") if name[0] == "=" else places.get(name, "")


def _places(sections: Sequence[Section]) -> dict[str, str]:
    made = {}
    for section in sections:
        made[f"#{section.id}"] = section.heading
        for block in section.blocks:
            name = getattr(block, "name", None)
            if name is not None:
                made[name] = label(block) or section.heading  # type: ignore[arg-type]
                if name.startswith("caps5_change-sensitivity"):
                    made.setdefault("sensitivity", made[name])
    return made


def _stated(protocol: Protocol) -> dict[str, str]:
    trial = protocol.trial
    says: dict[str, Callable[[], str]] = {
        "title": lambda: "title" if "random" in trial.title.lower() else "",
        "registry": lambda: f"title page: {trial.registry}" if trial.registry else "",
        "protocol": lambda: f"{PROTOCOL}, by its hash in the provenance",
        "design": lambda: f"title page; {PROTOCOL}, trial.design",
        "version": lambda: f"{PROTOCOL}, version {trial.version} and its amendments",
        "eligibility": lambda: (
            f"{PROTOCOL}, eligibility" if protocol.eligibility else ""
        ),
        "interventions": lambda: f"{PROTOCOL}, interventions",
        "size": lambda: f"{PROTOCOL}, size",
        "rules": lambda: f"{PROTOCOL}, safety_rules" if protocol.safety_rules else "",
        "randomization": lambda: f"{PROTOCOL}, randomization",
        "blinding": lambda: f"{PROTOCOL}, blinding",
    }
    return {name: text for name, say in says.items() if (text := say())}
