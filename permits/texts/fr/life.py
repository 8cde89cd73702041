"""In French: what happens to a permit after it was asked for."""

SENTENCES = {
    "silence.passed": (
        "Le délai de réponse de la ville est écoulé ; son silence vaut acceptation : le permis est "
        "accordé."
    ),
    "silence.objected": (
        "Le délai de réponse de la ville est écoulé ; son silence vaut refus, contre lequel un "
        "recours est ouvert."
    ),
    "answer.none": "Le brouillon est modifié ; rien n'est décidé avant qu'il soit déposé.",
    "answer.granted": (
        "Ce qui est demandé est accordé, à la place de ce qui était demandé auparavant."
    ),
    "answer.refused": "Ce qui est demandé est refusé.",
    "answer.refused_standing": (
        "Ce qui est demandé est refusé ; le permis reste tel qu'il était. `attempt` dit pourquoi."
    ),
    "answer.needs_review": "Un agent décide de ce qui est demandé.",
    "answer.needs_review_standing": (
        "Un agent décide de ce qui est demandé ; d'ici là, le permis reste tel qu'il était."
    ),
    "notice.undecided": "Ceci est un brouillon : rien n'a encore été décidé.",
    "notice.by_silence": (
        "Personne n'a statué dans le délai légal : cette décision est celle que la loi attache au "
        "silence (code des relations entre le public et l'administration, art. L. 231-1 à "
        "L. 231-6)."
    ),
    "waiting.consent": "Attend un agent : sans réponse, la demande est acceptée le {due_at}.",
    "waiting.refusal": "Attend un agent : sans réponse, la demande est refusée le {due_at}.",
    "waiting.lapse": (
        "Attend un agent jusqu'au {due_at} : son dernier créneau finit alors et, sans réponse, la "
        "demande devient sans objet ; le délai légal finirait plus tard, le {legal_at}."
    ),
    "waiting.escalated_lapse": (
        "Attend depuis plus longtemps que la ville ne le souhaite : à traiter en premier. Sans "
        "réponse, la demande devient sans objet le {due_at}, à la fin de son dernier créneau, "
        "avant la fin du délai légal ({legal_at})."
    ),
    "waiting.escalated": (
        "Attend depuis plus longtemps que la ville ne le souhaite : à traiter en premier. Sans "
        "réponse, le silence en décide le {due_at}."
    ),
}
