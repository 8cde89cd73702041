"""In English: what happens to a permit after it was asked for."""

SENTENCES = {
    "silence.passed": (
        "The city's delay to answer has passed; its silence is consent: the permit is granted. "
        "{reason}"
    ),
    "silence.objected": (
        "The city's delay to answer has passed; its silence is a refusal, against which an appeal "
        "is open. {reason}"
    ),
    "notice.undecided": "This is a draft: nothing was decided yet.",
    "notice.by_silence": (
        "Nobody decided within the legal delay: this decision is what the law makes of silence "
        "(code des relations entre le public et l'administration, art. L. 231-1 to L. 231-6)."
    ),
}
