"""Which routes does a deciding process serve? Those of permits, and nothing else."""

from fastapi import FastAPI

from octroi.app import Health, application
from octroi.auditing import audited, owners_of
from octroi.records import Clock, Records
from octroi.sessions import Sessions
from octroi.settings import Settings
from octroi.wiring import admission_of, tokens_of
from permits.api import permits
from permits.identity.guard import anyone, bearers, someone


def decisions(parts: Records, settings: Settings, clock: Clock, secret: bytes) -> FastAPI:
    """Return the app of a process that decides about permits only; no sessions are known to it."""
    access = admission_of(parts, settings, clock, secret)
    sessions = Sessions(access.caller, clock)
    known = anyone(
        bearers(access.caller, tokens_of(parts, settings, clock)), sessions.caller, access.at_hand
    )
    who = audited(someone(known), parts.audit, owners_of(parts))
    return application(
        [permits.router(parts.permits, parts.life, who=who, anyone=known)],
        health=Health(checks=()),
        body_limit_bytes=settings.body_limit_bytes,
    )
