"""What a blinded reader sees of the origin of data."""

from equipoise.dataset.origin import Origin


def test_a_correction_that_reveals_the_treatment_is_only_counted() -> None:
    origin = Origin(
        corrections=("dose of P1", "score of P2"), unblinding=("dose of P1",)
    )
    shown = origin.blinded()
    assert shown.corrections == (
        "score of P2",
        "1 correction that reveals the treatment is not shown",
    )
    assert shown.unblinding == ()


def test_the_others_are_shown_as_they_are() -> None:
    origin = Origin(files=("a.csv",), corrections=("score of P2",))
    assert origin.blinded() is origin
