"""In English: what happens to a permit after it was asked for."""

SENTENCES = {
    "silence.passed": (
        "The city's delay to answer has passed; its silence is consent: the permit is granted."
    ),
    "silence.objected": (
        "The city's delay to answer has passed; its silence is a refusal, against which an appeal "
        "is open."
    ),
    "answer.none": "The draft was changed; nothing is decided before it is submitted.",
    "answer.granted": "What was asked for is granted, in place of what was asked for before.",
    "answer.refused": "What was asked for is refused.",
    "answer.refused_standing": (
        "What was asked for is refused; the permit stays as it was. `attempt` says why."
    ),
    "answer.needs_review": "An officer decides about what was asked for.",
    "answer.needs_review_standing": (
        "An officer decides about what was asked for; until then the permit stays as it was."
    ),
    "notice.undecided": "This is a draft: nothing was decided yet.",
    "notice.by_silence": (
        "Nobody decided within the legal delay: this decision is what the law makes of silence "
        "(code des relations entre le public et l'administration, art. L. 231-1 to L. 231-6)."
    ),
    "waiting.consent": "Waiting for an officer: without an answer it is granted on {due_at}.",
    "waiting.refusal": "Waiting for an officer: without an answer it is refused on {due_at}.",
    "waiting.lapse": (
        "Waiting for an officer until {due_at}: its last window ends then, and without an answer "
        "it lapses undecided; the law's delay would end later, on {legal_at}."
    ),
    "waiting.escalated_lapse": (
        "Waiting for longer than the city wants anybody to wait: to be decided first. Without an "
        "answer it lapses on {due_at}, when its last window ends, before the law's delay does "
        "({legal_at})."
    ),
    "waiting.escalated": (
        "Waiting for longer than the city wants anybody to wait: to be decided first. Without an "
        "answer silence decides on {due_at}."
    ),
}
