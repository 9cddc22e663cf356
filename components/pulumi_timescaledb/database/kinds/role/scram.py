"""SCRAM-SHA-256 verifiers as PostgreSQL stores them, so that a password never crosses the wire or a log.

Form: ``SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`` (RFC 5803; PostgreSQL src/common/scram-common.c).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata

ITERATIONS = 4096  # PostgreSQL's scram_iterations default
SALT_BYTES = 16


def verifier(password: str, salt: bytes | None = None, iterations: int = ITERATIONS) -> str:
    """The verifier of a password under a new random salt."""
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    # SASLprep as far as it matters for passwords people use: compatibility normalisation (RFC 4013)
    prepared = unicodedata.normalize("NFKC", password).encode()
    salted = hashlib.pbkdf2_hmac("sha256", prepared, salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    parts = (base64.b64encode(each).decode() for each in (salt, stored, server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(iterations, *parts)


def matches(stored: str | None, password: str) -> bool:
    """Whether a stored verifier belongs to the password; an md5 hash or nothing never does."""
    if not stored or not stored.startswith("SCRAM-SHA-256$"):
        return False
    head, _, _ = stored.removeprefix("SCRAM-SHA-256$").partition("$")
    count, _, salt = head.partition(":")
    return hmac.compare_digest(verifier(password, base64.b64decode(salt), int(count)), stored)
