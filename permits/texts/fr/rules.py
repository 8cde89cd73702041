"""In French: what each rule asks, and what it weighs."""

QUESTIONS = {
    "window_ahead": "L'opération est-elle à venir ?",
    "window_bounded": "L'usage est-il temporaire ?",
    "occupation_titled": "Qu'est-ce qui doit occuper l'espace public ?",
    "place_fits": "Y a-t-il de l'eau pour ce qui flotte, et du sol pour ce qui se pose ?",
    "vehicles_known": "Les véhicules sont-ils enregistrés au nom du demandeur ?",
    "documents_held": "Les documents que demande la couche ont-ils été joints ?",
    "documents_valid": "Les documents sont-ils valides de bout en bout ?",
    "default_to_ask": "L'usage doit-il être demandé ?",
    "height_capped": "Le vol dit-il jusqu'où il monte ?",
    "open_height": "Les drones de la catégorie ouverte restent-ils sous sa hauteur ?",
    "drone_category": "Les drones peuvent-ils voler en catégorie ouverte ?",
    "zone_restriction": "Que dit chaque zone touchée à cet usage ?",
    "human_review": "Une zone réserve-t-elle la réponse à un agent ?",
    "experimentation": "Est-ce de la recherche sur un terrain d'expérimentation ?",
    "events": "Le calendrier ou un événement d'une zone change-t-il entre-temps ?",
    "quiet_hours": "Les travaux bruyants évitent-ils les heures de calme ?",
    "speed_cap": "À quelle vitesse peut-on se déplacer ?",
    "transit": "Peut-on traverser sans s'arrêter ?",
    "zone_demands": "Que demande encore chaque zone ?",
    "networks_declared": "Sait-on où sont les réseaux là où l'on creuse ?",
    "networks_clear": "À quelle distance des réseaux et ouvrages creuse-t-on ?",
    "length_fits": "Les véhicules sont-ils assez courts pour chaque zone ?",
    "mass_fits": "Les véhicules sont-ils assez légers pour chaque zone ?",
    "noise_fits": "Les véhicules sont-ils assez silencieux pour chaque zone ?",
    "equipment_carried": "Les véhicules portent-ils l'équipement que demande chaque zone ?",
    "conflict": "L'opération s'approcherait-elle trop d'une autre déjà accordée ?",
    "capacity": "Y a-t-il place pour les véhicules en même temps ?",
    "movements": "Peut-il en entrer autant en une heure ?",
    "vehicles_free": "Les véhicules peuvent-ils y être, avec tout ce qu'ils ont obtenu ?",
    "purpose_favoured": "L'usage est-il d'intérêt public ?",
}
WEIGHED = {
    "window_ahead": "Le premier début demandé et l'instant de la demande.",
    "window_bounded": (
        "Le volume le plus long et la durée maximale d'un déplacement ou de ce type d'occupation."
    ),
    "occupation_titled": "Le type d'occupation, sa surface et sa longueur.",
    "place_fits": (
        "Chaque emprise, et où la ville sait qu'il y a de l'eau ; 20 m au bord sont les deux. Non "
        "pesés : les ponts et pontons, qu'un agent regarde."
    ),
    "vehicles_known": "Les véhicules nommés et le registre des véhicules du demandeur.",
    "documents_held": "Ce que demande la couche et ce qui a été joint pour chaque véhicule.",
    "documents_valid": "Les dates de chaque document et chaque créneau demandé.",
    "default_to_ask": "La couche et le motif.",
    "height_capped": "La couche et la limite haute de chaque volume.",
    "open_height": (
        "La catégorie de chaque drone et la limite haute de chaque volume ; une limite au-dessus "
        "du niveau de la mer est rapportée au sol, avec l'incertitude du sol."
    ),
    "drone_category": "La catégorie, la classe CE et la masse maximale de chaque drone.",
    "zone_restriction": (
        "Les zones que les volumes touchent en lieu, hauteur et temps ; la restriction de chacune "
        "pour ce motif et cette classe de véhicule ; les zones de priorité supérieure."
    ),
    "human_review": "Ce que réserve chaque zone touchée et les zones de priorité supérieure.",
    "experimentation": (
        "Le motif, la taille de l'entreprise et si chaque volume est à l'intérieur du terrain."
    ),
    "events": "Les calendriers et interrupteurs des zones touchées, sur chaque créneau demandé.",
    "quiet_hours": "Le type d'occupation ou le motif, les heures et les jours de chaque créneau.",
    "speed_cap": "La limite de vitesse de chaque zone touchée ; elle devient une condition.",
    "transit": "Quelles zones touchées sont fermées au transit ; cela devient une condition.",
    "zone_demands": "Tout ce qu'une zone touchée énonce pour ce motif et cette classe.",
    "networks_declared": (
        "Si l'on creuse, et si une zone touchée dit la classe de précision des réseaux."
    ),
    "networks_clear": (
        "La classe de précision des réseaux de chaque zone touchée, la distance qu'elle demande et "
        "si l'on creuse."
    ),
    "length_fits": "La longueur de chaque véhicule et le maximum qu'admet chaque zone touchée.",
    "mass_fits": "La masse maximale de chaque véhicule et ce qu'admet chaque zone touchée.",
    "noise_fits": "La puissance acoustique de chaque véhicule et ce qu'admet chaque zone touchée.",
    "equipment_carried": "L'équipement de chaque véhicule et ce que demande chaque zone touchée.",
    "conflict": (
        "Chaque volume déjà accordé dans la couche, en lieu, hauteur et temps, à la distance que "
        "demandent les zones ; qui a demandé le premier. Non pesé : qui sont les autres."
    ),
    "capacity": (
        "Les véhicules accordés au même instant dans chaque zone touchée et combien elle en admet."
    ),
    "movements": (
        "Les véhicules accordés à entrer dans chaque zone touchée en chaque heure et combien elle "
        "en admet."
    ),
    "vehicles_free": (
        "Chaque permis déjà accordé à un véhicule nommé, en lieu, hauteur et temps. Non pesé "
        ": le temps du trajet d'un lieu à l'autre."
    ),
    "purpose_favoured": "Le motif seul.",
}
