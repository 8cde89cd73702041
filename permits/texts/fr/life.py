"""En français : ce qu'il advient d'un permis après sa demande."""

SENTENCES = {
    "silence.passed": (
        "Le délai de réponse de la ville est écoulé ; son silence vaut acceptation : le permis est "
        "accordé. {reason}"
    ),
    "silence.objected": (
        "Le délai de réponse de la ville est écoulé ; son silence vaut refus, contre lequel un "
        "recours est ouvert. {reason}"
    ),
    "notice.undecided": "Ceci est un brouillon : rien n'a encore été décidé.",
    "notice.by_silence": (
        "Personne n'a statué dans le délai légal : cette décision est celle que la loi attache au "
        "silence (code des relations entre le public et l'administration, art. L. 231-1 à "
        "L. 231-6)."
    ),
}
