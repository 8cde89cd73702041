"""In which language does a command of billing answer? That of `--lang`."""

from collections.abc import Mapping
from contextvars import ContextVar
from decimal import Decimal
from types import MappingProxyType

from billing.money import amount_text, number_text
from octroi.cli.options import carrying
from octroi.cli.permit_telling import Lang, Language
from permits.texts.catalogue import LANGUAGES

# One thing, then several of it.
Words = Mapping[str, str | tuple[str, str]]

_asked: ContextVar[Language] = ContextVar("lang", default="en")

# Gives a command the option `--lang`, for `say` to follow while it runs.
spoken = carrying("lang", Lang, _asked)


def language() -> Language:
    """Return the language that was asked for."""
    return _asked.get()


def say(name: str, /, **told: object) -> str:
    """Say something by its name, with what it is about."""
    words = TEXTS[language()][name]
    assert isinstance(words, str)  # noqa: S101 - what is counted is said by `count`
    return words.format(**told)


def count(name: str, number: int) -> str:
    """Say how many there are of something: in French none is singular, too."""
    forms = TEXTS[language()][name]
    assert not isinstance(forms, str)  # noqa: S101 - what is counted has two
    one, many = forms
    singular = number == 1 or (number == 0 and language() == "fr")
    return f"{figures(number)} {one if singular else many}"


def figures(number: int) -> str:
    """Write a number."""
    return number_text(number, language())


def money(amount: Decimal, currency: str = "EUR") -> str:
    """Write an amount with its currency."""
    return amount_text(amount, currency, language())


def named(family: str, code: str) -> str:
    """Say a purpose, a size of company or a kind of occupation in the city's words."""
    return LANGUAGES[language()].words[family][code]


def headings(*names: str) -> list[str]:
    """Return what the columns of a table are called."""
    return [say(f"heading.{name}") for name in names]


def word(value: str) -> str:
    """Say a state, a move or an outcome; one that has no other word is its own."""
    words = TEXTS[language()].get(f"word.{value}", value)
    assert isinstance(words, str)  # noqa: S101 - a word is not counted
    return words


def account(name: str) -> str:
    """Say an account, what it is of as it is written: `revenue:air:air-minute`."""
    kind, mark, detail = name.partition(":")
    words = TEXTS[language()][f"account.{kind}"]
    return f"{words}{mark}{detail}"


EN: Words = {
    "is": ": ",
    "next": "; ",
    "usages": ("usage", "usages"),
    "fees": ("fee", "fees"),
    "visits": ("visit", "visits"),
    "invoices": ("invoice", "invoices"),
    "payments": ("payment", "payments"),
    "entries": ("entry", "entries"),
    "passengers": ("passenger", "passengers"),
    "readings": ("reading", "readings"),
    "grants": ("grant", "grants"),
    "months": ("month", "months"),
    "seasons": ("season", "seasons"),
    "years": ("year", "years"),
    "days": ("day", "days"),
    "violations": ("violation", "violations"),
    "drafts": ("draft", "drafts"),
    "run": "{period}: {usages} new, {known} known, {fees} new, {unpriced} without a tariff, "
    "{strangers} of nobody registered",
    "run_again": "{period}: nothing new; the {usages} of the month were metered before "
    "({unpriced} without a tariff, {strangers} of nobody registered)",
    "run_empty": "{period}: nothing was used ({strangers} of nobody registered)",
    "overpaid": "paid too much, to be refunded (below zero):",
    "still_open": "not over yet, hence not billed: {visits} of this month; run it again later",
    "conflict": "conflict, not billed:",
    "verified": "{invoices}: numbers without a gap, the chain whole, every sum right",
    "verified_bundle": "the bundle is whole: every hash, sum and entry agrees",
    "would": "would be: ",
    "nothing_done": "a dry run: what follows would be, and nothing was written",
    "nothing_to_issue": "nothing to issue: {period} has no draft",
    "credited": "{note}: {amount} of {invoice}",
    "received": "{payments} new, {known} known",
    "disputed": "dispute {id}: {amount} of {invoice}",
    "answered": "{line}: {outcome}",
    "answered_by": "{line}: {outcome} by {note}",
    "written_off": "{invoice}: {amount} written off ({kind})",
    "refunded": "{invoice}: {amount} paid back",
    "refunded_before": "{invoice}: {amount} paid back, as told before: it counts once",
    "withdrawn": "{key}: withdrawn",
    "replaced": "{key}: replaced by {usage}",
    "no_runs": "Months are not run by themselves: OCTROI_BILLING_RUNS is none.",
    "next_run": "Next run ({mode}): {at}",
    "owed": "owed by {debtor} for {period}",
    "tariff": "tariff {tariff} version {version}, act: {act}",
    "zone": "zone {zone} ({name})",
    "taxed": "VAT {rate}: {tax} on the {taxable} of its rate",
    "more": "… and {fees} more (--limit)",
    "fee": "fee",
    "usage": "usage",
    "used_for": "purpose {purpose}, size {size}",
    "of": " of {vehicle}",
    "undeclared": "not declared",
    "permit": "permit",
    "permit_version": "{permit} version {version}",
    "granted": "granted automatically at {at}",
    "granted_by_officer": "granted by an officer at {at}",
    "visited": "{entries}, {certain} ms certain, {metres} m",
    "carried": "{cargo} kg over {metres} m, {passengers}",
    "held": "{kind} of {area} m², {length} m{place}{street} for {days}; begun: {begun}",
    "at_place": " at {place}",
    "in_street": ", street category {street},",
    "visit": "visit",
    "visit_told": "{id}: zone {zone} version {version}, {start} to {end}, {uncertain} ms uncertain "
    "and free, {violations}",
    "forgotten": "positions: their retention has ended",
    "hidden": "{count} more",
    "unknown": "unknown",
    "account.receivable": "receivable",
    "account.revenue": "revenue",
    "account.credit": "credit",
    "account.vat_collected": "vat_collected",
    "account.cash": "cash",
    "account.overpaid": "overpaid",
    "account.write_off": "write_off",
    "heading.invoice": "invoice",
    "heading.period": "period",
    "heading.operator": "operator",
    "heading.state": "state",
    "heading.lines": "lines",
    "heading.total": "total",
    "heading.at": "at",
    "heading.move": "move",
    "heading.by": "by",
    "heading.reason": "reason",
    "heading.dispute": "dispute",
    "heading.line": "line",
    "heading.amount": "amount",
    "heading.outcome": "outcome",
    "heading.key": "key",
    "heading.fingerprint": "fingerprint",
    "heading.certain_ms": "certain ms",
    "heading.metres": "metres",
    "heading.credit_draft": "credit draft",
    "heading.due_on": "due on",
    "heading.limitation": "limitation",
    "heading.still_due": "still due",
    "heading.account": "account",
    "heading.debit": "debit",
    "heading.credit": "credit",
    "heading.due_at": "due since",
    "heading.ended_at": "ended",
    "heading.drafts": "drafts",
    "heading.unpriced": "without a tariff",
    "heading.conflicts": "conflicts",
    "heading.failure": "failure",
    "heading.number": "number",
    "heading.lon": "lon",
    "heading.lat": "lat",
    "heading.accuracy": "±",
    "heading.height": "height",
    "heading.verdict": "verdict",
    "heading.utc": "UTC",
    "word.dry": "dry run",
    "word.written_off": "written off",
    "word.write_off": "write off",
    "word.refund": "refund",
}
FR: Words = {
    "is": " : ",
    "next": " ; ",
    "usages": ("usage", "usages"),
    "fees": ("redevance", "redevances"),
    "visits": ("passage", "passages"),
    "invoices": ("facture", "factures"),
    "payments": ("paiement nouveau", "paiements nouveaux"),
    "entries": ("entrée", "entrées"),
    "passengers": ("passager", "passagers"),
    "readings": ("lecture", "lectures"),
    "grants": ("autorisation accordée", "autorisations accordées"),
    "months": ("mois", "mois"),
    "seasons": ("saison", "saisons"),
    "years": ("année", "années"),
    "days": ("jour", "jours"),
    "violations": ("infraction", "infractions"),
    "drafts": ("projet", "projets"),
    "run": "{period} : nouveaux : {usages} et {fees} ; déjà connus : {known} ; sans tarif : "
    "{unpriced} ; sans titulaire enregistré : {strangers}",
    "run_again": "{period} : rien de nouveau ; déjà liquidé : {usages} (sans tarif : {unpriced} ; "
    "sans titulaire enregistré : {strangers})",
    "run_empty": "{period} : aucun usage (sans titulaire enregistré : {strangers})",
    "overpaid": "trop-perçu, à restituer (en négatif) :",
    "still_open": "pas encore terminés, donc non facturés : {visits} de ce mois ; à relancer",
    "conflict": "contradiction, non facturée :",
    "verified": "{invoices} : numéros sans lacune, chaîne entière, toutes les sommes justes",
    "verified_bundle": "le dossier est entier : empreintes, sommes et écritures concordent",
    "would": "simulation : ",
    "nothing_done": "simulation : voici ce qui serait, rien n'a été écrit",
    "nothing_to_issue": "rien à émettre : {period} n'a pas de projet de facture",
    "credited": "{note} : {amount} sur {invoice}",
    "received": "{payments}, {known} déjà connus",
    "disputed": "contestation {id} : {amount} sur {invoice}",
    "answered": "{line} : {outcome}",
    "answered_by": "{line} : {outcome} par {note}",
    "written_off": "{invoice} : abandon de {amount} ({kind})",
    "refunded": "{invoice} : remboursement de {amount}",
    "refunded_before": "{invoice} : remboursement de {amount}, déjà connu : il compte une fois",
    "withdrawn": "{key} : retiré",
    "replaced": "{key} : remplacé par {usage}",
    "no_runs": "Aucun mois n'est liquidé de lui-même : OCTROI_BILLING_RUNS vaut none.",
    "next_run": "Prochaine liquidation ({mode}) : {at}",
    "owed": "dû par {debtor} pour {period}",
    "tariff": "tarif {tariff} version {version}, acte : {act}",
    "zone": "zone {zone} ({name})",
    "taxed": "TVA {rate} : {tax} sur les {taxable} de ce taux",
    "more": "… et encore {fees} (--limit)",
    "fee": "redevance",
    "usage": "usage",
    "used_for": "objet {purpose}, taille {size}",
    "of": " de {vehicle}",
    "undeclared": "non déclaré",
    "permit": "autorisation",
    "permit_version": "{permit} version {version}",
    "granted": "accordée automatiquement le {at}",
    "granted_by_officer": "accordée par un agent le {at}",
    "visited": "{entries}, {certain} ms certaines, {metres} m",
    "carried": "{cargo} kg sur {metres} m, {passengers}",
    "at_place": " à {place}",
    "in_street": ", catégorie de voie {street},",
    "held": "{kind} de {area} m², {length} m{place}{street} pendant {days} ; commencés : {begun}",
    "visit": "passage",
    "visit_told": "{id} : zone {zone} version {version}, de {start} à {end}, {uncertain} ms "
    "incertaines et gratuites, {violations}",
    "forgotten": "positions : leur durée de conservation est passée",
    "hidden": "{count} de plus",
    "unknown": "inconnue",
    "heading.invoice": "facture",
    "heading.period": "période",
    "heading.operator": "opérateur",
    "heading.state": "état",
    "heading.lines": "lignes",
    "heading.total": "total",
    "heading.at": "le",
    "heading.move": "mouvement",
    "heading.by": "par",
    "heading.reason": "motif",
    "heading.dispute": "contestation",
    "heading.line": "ligne",
    "heading.amount": "montant",
    "heading.outcome": "issue",
    "heading.key": "clé",
    "heading.fingerprint": "empreinte",
    "heading.certain_ms": "ms certaines",
    "heading.metres": "mètres",
    "heading.credit_draft": "projet d'avoir",
    "heading.due_on": "échéance",
    "heading.limitation": "prescription",
    "heading.still_due": "reste dû",
    "heading.account": "compte",
    "heading.debit": "débit",
    "heading.credit": "crédit",
    "heading.due_at": "dû depuis",
    "heading.ended_at": "terminé",
    "heading.drafts": "projets",
    "heading.unpriced": "sans tarif",
    "heading.conflicts": "contradictions",
    "heading.failure": "échec",
    "heading.number": "numéro",
    "heading.lon": "lon",
    "heading.lat": "lat",
    "heading.accuracy": "±",
    "heading.height": "hauteur",
    "heading.verdict": "verdict",
    "heading.utc": "UTC",
    "word.draft": "projet",
    "word.review": "en revue",
    "word.approved": "approuvée",
    "word.issued": "émise",
    "word.disputed": "contestée",
    "word.paid": "payée",
    "word.credited": "annulée par avoir",
    "word.written_off": "abandonnée",
    "word.submit": "soumettre",
    "word.return": "renvoyer",
    "word.approve": "approuver",
    "word.issue": "émettre",
    "word.dispute": "contester",
    "word.confirm": "confirmer",
    "word.credit": "créditer",
    "word.pay": "payer",
    "word.write_off": "abandonner",
    "word.refund": "rembourser",
    "word.open": "ouverte",
    "word.confirmed": "confirmée",
    "word.dry": "simulation",
    "word.compliant": "conforme",
    "word.violation": "infraction",
    "word.uncertain": "incertain",
    "word.none": "aucun",
    "word.remise": "remise gracieuse",
    "word.non_valeur": "non-valeur",
    "account.receivable": "redevables",
    "account.revenue": "redevances",
    "account.credit": "avoirs",
    "account.vat_collected": "TVA facturée",
    "account.cash": "banque",
    "account.overpaid": "trop-perçus",
    "account.write_off": "abandons",
}
TEXTS: Mapping[Language, Words] = MappingProxyType({"en": EN, "fr": FR})
