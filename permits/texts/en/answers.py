"""What an answer says of itself, in English: what is offered, what is known, what it would cost."""

SENTENCES = {
    "shift.later": "Later by {span}, at the same height.",
    "shift.earlier": "Earlier by {span}, at the same height.",
    "shift.higher": "Higher by {rise_m} m, at the same hour.",
    "shift.lower": "Lower by {rise_m} m, at the same hour.",
    "shift.later_higher": "Later by {span} and higher by {rise_m} m.",
    "shift.later_lower": "Later by {span} and lower by {rise_m} m.",
    "shift.earlier_higher": "Earlier by {span} and higher by {rise_m} m.",
    "shift.earlier_lower": "Earlier by {span} and lower by {rise_m} m.",
    "alternatives.offered": (
        "Each of these would be granted if it were asked for now; somebody else may come first."
    ),
    "alternatives.fixed": (
        "No other hour and no other height on the published grid would change this answer: it "
        "rests on {rests_on}."
    ),
    "alternatives.too_many": (
        "Alternatives are looked for where an application has {most} volumes at most: apply for "
        "fewer at a time."
    ),
    "alternatives.none": (
        "No move on the published grid would be granted: 15 minutes up to 24 hours either way, "
        "whole days up to 7, 10 m in height within the limits of the layer, and all of these "
        "together."
    ),
    "advice.needed": "A permit is needed.",
    "advice.granted": "Asked for now, it would be granted.",
    "advice.refused": "Asked for now, it would be refused.",
    "advice.needs_review": "An officer of the city would decide.",
    "advice.granted.cost": "It would cost {total} {currency}.",
    "advice.granted.free": "It would cost nothing.",
    "advice.refused.cost": (
        "Nothing would be due; were it granted, it would cost {total} {currency}."
    ),
    "advice.refused.free": "Nothing would be due.",
    "advice.needs_review.cost": "If it is granted, it costs {total} {currency}.",
    "advice.needs_review.free": "If it is granted, it costs nothing.",
    "advice.open": "No permit is needed.",
    "advice.open.granted": "Nothing stands against the use.",
    "advice.open.refused": (
        "But the use as described is not in order: what stands against it is told below."
    ),
    "advice.open.needs_review": "But an officer has to look at the use first.",
    "advice.open.cost": "A fee is due for the use all the same: {total} {currency}.",
    "advice.open.free": "The use costs nothing.",
    "advice.next.apply": (
        "To apply for just this, send `advice` with the names of your vehicles to "
        "POST /v1/permits within 24 hours, with the key that the city gives to who is registered; "
        "it is decided at once, as things stand then."
    ),
    "advice.next.apply_occupation": (
        "To apply for just this, send `advice` to POST /v1/permits within 24 hours, with the key "
        "that the city gives to who is registered; it is decided at once, as things stand then."
    ),
    "advice.next.wait": (
        "To apply for just this, send `advice` to POST /v1/permits within 24 hours, with the names "
        "of your vehicles if there are any; then an officer answers, and you are told until when."
    ),
    "advice.next.instead": (
        "Apply for one of the `alternatives` instead, whose volumes can be sent as they are."
    ),
    "advice.next.appeal": (
        "Choose another place, another use or another vehicle: what stands against this one is "
        "told rule by rule, with the zone. It can be applied for all the same: an officer looks at "
        "a refusal again where you ask for that."
    ),
    "advice.next.nothing": "There is nothing to apply for.",
    "advice.next.nothing_but_pay": (
        "There is nothing to apply for: the fee is billed after the month to who is registered."
    ),
    "advice.by_size": "A {size} company would pay {total} {currency}.",
    "fact.ground.known": (
        "The ground under the operation lies between {low_m} m and {high_m} m above sea level."
    ),
    "fact.ground.unknown": "How high the ground is under the operation is not known.",
    "fact.water.known": "Where the water is, is known from {water}.",
    "fact.water.unknown": "Whether the place is water or land is not known.",
    "fact.operator.known": "{operator} applies: a {size} company.",
    "fact.operator.unknown": (
        "Who applies is not known, nor how large the company is: the full price is told, and "
        "beside it what a company of each size would pay."
    ),
    "fact.vehicles.unknown": (
        "No vehicle is known: whether it keeps to what zones ask of vehicles (class, mass, length, "
        "noise, equipment) was not checked."
    ),
    "fact.unread.unknown": (
        "Not looked at: {fields}. The registry is read for who calls with a key of the operator "
        "only; this answer is to anybody."
    ),
    "fact.vehicle.known": "All that zones may ask of the vehicle {vehicle} ({kind}) is stated.",
    "fact.vehicle_partly.unknown": "Of the vehicle {vehicle} ({kind}) is not known: {lacking}.",
    "fact.documents.known": "{count} documents of the applicant were looked at.",
    "fact.documents.unknown": (
        "Which documents the applicant holds (an insurance, a proof of competence) is not known."
    ),
    "fact.switch.unknown": (
        "The zone “{zone_name}” applies while officers of the city say so (“{switch}”: a flood, an "
        "event); whether they will then is not known."
    ),
    "fact.others.unknown": (
        "The permits of others here are not shown; they were looked at, and the answer says "
        "whether there is room beside them."
    ),
    "quote.expected": "Due if the use takes place as asked for; the invoice follows what is done.",
    "quote.taxed": "{total} {currency} of it is VAT.",
    "quote.not_due": "Nothing is due: this is what the use would have cost.",
    "relief.size": "Relief for a {size} company: factor {factor}.",
    "relief.purpose": "Relief for the purpose {purpose}: factor {factor}.",
    "surcharge.size": "Surcharge for a {size} company: factor {factor}.",
    "surcharge.purpose": "Surcharge for the purpose {purpose}: factor {factor}.",
    "experimentation.conditional": (
        "The zone “{zone_name}” is an experimentation ground: research of a micro or small company "
        "within it is granted by rule, free, under its published conditions."
    ),
    "experimentation.not_applicable": (
        "The zone “{zone_name}” is an experimentation ground, for research of micro and small "
        "companies that stays within its place and heights: this is not, or not known to be, such "
        "a use."
    ),
    "experimentation.nowhere": "The operation touches no experimentation ground.",
    "condition.experimentation": (
        "On the experimentation ground “{zone_name}”: somebody in charge on the spot throughout, "
        "nobody uninvolved within 10 m, an end at an officer's first word, and a public summary of "
        "what was learned within three months."
    ),
    "relief.noise": "Relief for a {noise} vehicle: factor {factor}.",
    "surcharge.noise": "Surcharge for a {noise} vehicle: factor {factor}.",
    "relief.energy": "Relief for what a vehicle runs on ({energy}): factor {factor}.",
    "surcharge.energy": "Surcharge for what a vehicle runs on ({energy}): factor {factor}.",
    "relief.experimentation": "Free on the experimentation ground {experimentation}.",
    "notice.advice": (
        "This advice was given by an algorithm and binds nobody; a decision follows an "
        "application, is explained by the rules it applied, and can be reviewed by an officer "
        "(code des relations entre le public et l'administration, art. L. 311-3-1; regulation "
        "(EU) 2016/679, art. 22)."
    ),
}
