"""From the text of a drug file to a drug."""

from __future__ import annotations

from pydantic import ValidationError

from equipoise.errors import Problem, SimulationError, refuse
from equipoise.errors.toml import read_toml
from equipoise.simulate.pharmacokinetics.drug import Drug


def parse_drug(text: str, *, origin: str) -> Drug:
    """The drug in a TOML text.

    Args:
        text: content of the file.
        origin: name of the file, for messages.

    Raises:
        SimulationError: EQ601 no TOML; EQ602 the wrong shape or impossible numbers;
            EQ603 a model without provenance; EQ631 the default is not there.
    """
    content = read_toml(text, origin=origin, error=SimulationError, code="EQ601")
    try:
        drug = Drug.model_validate(content)
    except ValidationError as error:
        raise SimulationError(
            *(
                Problem(
                    code="EQ602",
                    what=detail["msg"],
                    where=f"{origin}, {'.'.join(str(part) for part in detail['loc'])}",
                    fix="see src/equipoise/library/README.md for the keys of a drug",
                )
                for detail in error.errors()
            )
        ) from error
    statements = [(m.id, m) for m in drug.models]
    statements += [
        (f"{m.id}.variability[{v.parameter}]", v)  # type: ignore[misc]
        for m in drug.models
        for v in m.variability
    ]
    refuse(
        SimulationError,
        [
            Problem(
                code="EQ603",
                what="both a source and assumed" if part.assumed else "no provenance",
                where=f"{origin}, {place}",
                fix='write source = "paper", or assumed = true',
            )
            for place, part in statements
            if part.assumed == (part.source is not None)
        ],
    )
    drug.model()
    return drug
