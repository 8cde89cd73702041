"""What an answer says of itself, in French: what is offered, what is known, what it would cost."""

SENTENCES = {
    "shift.later": "Plus tard de {span}, à la même hauteur.",
    "shift.earlier": "Plus tôt de {span}, à la même hauteur.",
    "shift.higher": "Plus haut de {rise_m} m, à la même heure.",
    "shift.lower": "Plus bas de {rise_m} m, à la même heure.",
    "shift.later_higher": "Plus tard de {span} et plus haut de {rise_m} m.",
    "shift.later_lower": "Plus tard de {span} et plus bas de {rise_m} m.",
    "shift.earlier_higher": "Plus tôt de {span} et plus haut de {rise_m} m.",
    "shift.earlier_lower": "Plus tôt de {span} et plus bas de {rise_m} m.",
    "alternatives.offered": (
        "Chacune de ces possibilités serait accordée si elle était demandée maintenant ; un autre "
        "peut la demander avant."
    ),
    "alternatives.fixed": (
        "Aucune autre heure ni aucune autre hauteur de la grille publiée ne changerait cette "
        "réponse : elle tient à {rests_on}."
    ),
    "alternatives.too_many": (
        "D'autres possibilités ne sont cherchées que pour {most} volumes au plus : en demander "
        "moins à la fois."
    ),
    "alternatives.none": (
        "Aucun déplacement de la grille publiée ne serait accordé : 15 minutes jusqu'à 24 heures "
        "dans les deux sens, jours entiers jusqu'à 7, 10 m de hauteur dans les limites de la "
        "couche, et toutes leurs combinaisons."
    ),
    "advice.needed": "Une autorisation est nécessaire.",
    "advice.granted": "Demandée maintenant, elle serait accordée.",
    "advice.refused": "Demandée maintenant, elle serait refusée.",
    "advice.needs_review": "Un agent de la ville déciderait.",
    "advice.granted.cost": "Elle coûterait {total} {currency}.",
    "advice.granted.free": "Elle ne coûterait rien.",
    "advice.refused.cost": (
        "Rien ne serait dû ; si elle était accordée, elle coûterait {total} {currency}."
    ),
    "advice.refused.free": "Rien ne serait dû.",
    "advice.needs_review.cost": "Si elle est accordée, elle coûte {total} {currency}.",
    "advice.needs_review.free": "Si elle est accordée, elle ne coûte rien.",
    "advice.open": "Aucune autorisation n'est nécessaire.",
    "advice.open.granted": "Rien ne s'oppose à l'usage.",
    "advice.open.refused": (
        "Mais l'usage décrit n'est pas en règle : ce qui s'y oppose est indiqué ci-dessous."
    ),
    "advice.open.needs_review": "Mais un agent doit d'abord examiner l'usage.",
    "advice.open.cost": "Une redevance est due pour l'usage lui-même : {total} {currency}.",
    "advice.open.free": "L'usage ne coûte rien.",
    "advice.next.apply": (
        "Pour demander exactement cela, envoyer `advice` avec les noms de vos véhicules à "
        "POST /v1/permits dans les 24 heures, avec la clé que la ville remet à qui est "
        "enregistré ; la réponse est immédiate, selon l'état du moment."
    ),
    "advice.next.apply_occupation": (
        "Pour demander exactement cela, envoyer `advice` à POST /v1/permits dans les 24 heures, "
        "avec la clé que la ville remet à qui est enregistré ; la réponse est immédiate, selon "
        "l'état du moment."
    ),
    "advice.next.wait": (
        "Pour demander exactement cela, envoyer `advice` à POST /v1/permits dans les 24 heures, "
        "avec les noms de vos véhicules s'il y en a ; un agent répond alors, et le délai vous est "
        "indiqué."
    ),
    "advice.next.instead": (
        "Demander plutôt l'une des possibilités de `alternatives`, dont les volumes peuvent être "
        "envoyés tels quels."
    ),
    "advice.next.appeal": (
        "Choisir un autre lieu, un autre usage ou un autre véhicule : ce qui s'oppose à celui-ci "
        "est dit règle par règle, avec la zone. La demande reste possible : un agent réexamine un "
        "refus si vous le demandez."
    ),
    "advice.next.nothing": "Il n'y a rien à demander.",
    "advice.next.nothing_but_pay": (
        "Il n'y a rien à demander : la redevance est facturée après le mois à qui est enregistré."
    ),
    "advice.by_size": "Une {size} paierait {total} {currency}.",
    "fact.ground.known": (
        "Le sol sous l'opération est entre {low_m} m et {high_m} m au-dessus du niveau de la mer."
    ),
    "fact.ground.unknown": "La hauteur du sol sous l'opération n'est pas connue.",
    "fact.water.known": "Où est l'eau est connu par {water}.",
    "fact.water.unknown": "On ne sait si le lieu est de l'eau ou de la terre.",
    "fact.operator.known": "Le demandeur est {operator} : {size}.",
    "fact.operator.unknown": (
        "Ni le demandeur ni la taille de son entreprise ne sont connus : le prix indiqué est le "
        "plein tarif, et ce que paierait une entreprise de chaque taille est à côté."
    ),
    "fact.vehicles.unknown": (
        "Aucun véhicule n'est connu : le respect de ce que des zones exigent des véhicules "
        "(classe, masse, longueur, bruit, équipements) n'a pas été contrôlé."
    ),
    "fact.unread.unknown": (
        "Non examinés : {fields}. Le registre n'est lu que pour qui appelle avec une clé de "
        "l'exploitant ; cette réponse vaut pour n'importe qui."
    ),
    "fact.vehicle.known": (
        "Tout ce que des zones peuvent exiger du véhicule {vehicle} ({kind}) est déclaré."
    ),
    "fact.vehicle_partly.unknown": ("Du véhicule {vehicle} ({kind}) n'est pas connu : {lacking}."),
    "fact.documents.known": "{count} documents du demandeur ont été examinés.",
    "fact.documents.unknown": (
        "Les documents que détient le demandeur (assurance, preuve de compétence) ne sont pas "
        "connus."
    ),
    "fact.switch.unknown": (
        "La zone « {zone_name} » s'applique tant que des agents de la ville le disent "
        "(« {switch} » : une crue, un événement) ; on ne sait si ce sera le cas à ce moment."
    ),
    "fact.others.unknown": (
        "Les autorisations d'autrui ici ne sont pas montrées ; elles ont été regardées, et la "
        "réponse dit s'il reste de la place à côté d'elles."
    ),
    "quote.expected": "Dû si l'usage a lieu comme demandé ; la facture suit ce qui est fait.",
    "quote.taxed": "Dont TVA : {total} {currency}.",
    "quote.not_due": "Rien n'est dû : c'est ce que l'usage aurait coûté.",
    "relief.size": "Allègement pour une {size} : coefficient {factor}.",
    "relief.purpose": "Allègement pour l'usage {purpose} : coefficient {factor}.",
    "surcharge.size": "Majoration pour une {size} : coefficient {factor}.",
    "surcharge.purpose": "Majoration pour l'usage {purpose} : coefficient {factor}.",
    "experimentation.conditional": (
        "La zone « {zone_name} » est un terrain d'expérimentation : la recherche d'une micro ou "
        "petite entreprise y est accordée d'office, gratuitement, aux conditions publiées."
    ),
    "experimentation.not_applicable": (
        "La zone « {zone_name} » est un terrain d'expérimentation, pour la recherche des micro et "
        "petites entreprises qui reste dans ses limites et ses hauteurs : ce n'est pas le cas ici, "
        "ou n'est pas connu."
    ),
    "experimentation.nowhere": "L'opération ne touche aucun terrain d'expérimentation.",
    "condition.experimentation": (
        "Sur le terrain d'expérimentation « {zone_name} » : un responsable sur place du début à la "
        "fin, aucun tiers à moins de 10 m, l'arrêt au premier mot d'un agent, et un résumé public "
        "des enseignements sous trois mois."
    ),
    "relief.noise": "Allègement pour un véhicule {noise} : coefficient {factor}.",
    "surcharge.noise": "Majoration pour un véhicule {noise} : coefficient {factor}.",
    "relief.energy": "Allègement pour l'énergie d'un véhicule ({energy}) : coefficient {factor}.",
    "surcharge.energy": (
        "Majoration pour l'énergie d'un véhicule ({energy}) : coefficient {factor}."
    ),
    "relief.experimentation": "Gratuit sur le terrain d'expérimentation {experimentation}.",
    "notice.advice": (
        "Conseil donné par un traitement algorithmique, qui n'engage personne ; une décision suit "
        "une demande, s'explique par les règles appliquées et peut être réexaminée par un agent "
        "(code des relations entre le public et l'administration, art. L. 311-3-1 ; règlement "
        "(UE) 2016/679, art. 22)."
    ),
}
