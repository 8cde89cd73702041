"""In French: who was granted before, and what officers and notices say."""

SENTENCES = {
    "conflict.passed": "Aucun usage déjà accordé ne s'approche trop de cette opération.",
    "conflict.objected": (
        "Déjà accordé : du {start_at} au {end_at} (heure de Paris), autour de {place} (latitude, "
        "longitude), à {heights}. L'opération passerait à moins de {across_m} m en plan et de "
        "{in_height_m} m en hauteur ; permis qui s'y opposent : {count}. Qui demande le premier "
        "est servi le premier."
    ),
    "conflict.shared": (
        "Déjà accordé : du {start_at} au {end_at} (heure de Paris), autour de {place} (latitude, "
        "longitude), à {heights}. L'opération partagerait cet espace ; permis qui s'y opposent : "
        "{count}. Qui demande le premier est servi le premier."
    ),
    "conflict.taken": (
        "L'espace est déjà accordé à d'autres, trop près et au même moment ; permis qui s'y "
        "opposent : {count}. Qui demande le premier est servi le premier."
    ),
    "conflict.not_applicable": (
        "Hors de l'air, les usages partagent l'espace, sauf si une zone fixe une distance ; aucune "
        "ne le fait ici."
    ),
    "capacity.passed": (
        "La zone « {zone_name} » a de la place : avec cette opération, au plus {count} véhicules à "
        "la fois sur {most}."
    ),
    "capacity.objected": (
        "La zone « {zone_name} » est complète le {full_at} (heure de Paris) : avec cette "
        "opération, {count} véhicules à la fois, {most} sont admis."
    ),
    "capacity.not_applicable": (
        "Aucune zone touchée ne limite le nombre de véhicules présents à la fois."
    ),
    "movements.passed": (
        "La zone « {zone_name} » admet ces entrées : avec cette opération, au plus {count} sur "
        "{most} en une heure."
    ),
    "movements.objected": (
        "La zone « {zone_name} » n'admet plus d'entrée dans l'heure qui suit le {full_at} (heure "
        "de Paris) : avec cette opération, {count} véhicules, {most} sont admis."
    ),
    "movements.not_applicable": ("Aucune zone touchée ne limite le nombre d'entrées en une heure."),
    "vehicles_free.passed": (
        "Aucun véhicule nommé n'a obtenu de lieu ailleurs au même moment : quoi qu'il ait obtenu "
        "avant, il peut respecter les deux."
    ),
    "vehicles_free.objected": (
        "Déjà accordé ailleurs du {start_at} au {end_at} (heure de Paris) : {vehicles}, par le "
        "permis {permits}. Un véhicule ne peut être en deux lieux à la fois : en nommer un autre, "
        "modifier ou retirer ce permis, ou demander tous les lieux d'un même usage en une demande."
    ),
    "vehicles_free.taken": "Un véhicule nommé a obtenu un autre lieu au même moment.",
    "vehicles_free.not_applicable": "Aucun véhicule n'est nommé.",
    "officer_decision.passed": "Un agent a examiné la demande et l'accorde. Motif : {reason}",
    "officer_decision.objected": "Un agent a examiné la demande et la refuse. Motif : {reason}",
    "notice.automated": (
        "Décision prise par un traitement algorithmique (code des relations entre le public et "
        "l'administration, art. L. 311-3-1 ; règlement (UE) 2016/679, art. 22). Vous pouvez "
        "demander les règles appliquées et l'examen par un agent."
    ),
    "notice.by_officer": "Décision prise par un agent.",
    "notice.waiting": (
        "Rien n'est encore décidé : un traitement algorithmique a contrôlé la demande et constaté "
        "que seul un agent peut y répondre (code des relations entre le public et "
        "l'administration, art. L. 311-3-1). Vous pouvez demander les règles appliquées."
    ),
    "notice.second_look": (
        "Un traitement algorithmique a refusé la demande ; un agent la réexamine et décidera (code "
        "des relations entre le public et l'administration, art. L. 311-3-1)."
    ),
    "notice.never_decided": (
        "Personne n'a décidé : seul un agent aurait pu répondre, et la demande a pris fin avant "
        "qu'il le fasse."
    ),
    "notice.nothing_to_appeal": (
        "Aucune décision n'est encore prise contre laquelle un recours soit ouvert."
    ),
    "notice.appeal": (
        "Recours : demander l'examen par un agent ({review}), ou saisir le tribunal administratif "
        "de Paris dans les deux mois suivant la notification (code de justice administrative, "
        "art. R. 421-1)."
    ),
}
