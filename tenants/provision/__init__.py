"""Schemas for companies: recorded once, built ahead, claimed in milliseconds."""

from tenants.provision.claim import NoReadySchema, SlugTaken, claim
from tenants.provision.pool import build, refill, waiting
from tenants.provision.recording import fingerprint, record

__all__ = ["NoReadySchema", "SlugTaken", "build", "claim", "fingerprint", "record", "refill", "waiting"]
