"""Ed25519 signatures with keys in PEM files (RFC 8032, RFC 8410)."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from service.seal import KeyFileError


class Ed25519Signer:
    """Signs with the private key of a file."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.key_id = _id_of(key.public_key())

    def sign(self, message: bytes) -> str:
        """The signature, in base64."""
        return base64.b64encode(self._key.sign(message)).decode()

    def public(self) -> Ed25519Verifier:
        """What checks its signatures."""
        return Ed25519Verifier(self._key.public_key())


class Ed25519Verifier:
    """Checks signatures with a public key."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key
        self.key_id = _id_of(key)

    def verify(self, message: bytes, signature: str) -> bool:
        """Whether the signature is of this message by this key."""
        try:
            self._key.verify(base64.b64decode(signature, validate=True), message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def pem(self) -> str:
        """The public key as it is written into a file."""
        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _id_of(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def make_key_file(file: Path) -> Ed25519Signer:
    """Write a new private key, readable by its owner alone; :class:`KeyFileError` where the file exists."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFileError(f"{file} exists already; a key is never written over another.") from None
    with os.fdopen(handle, "wb") as opened:
        opened.write(pem)
    return Ed25519Signer(key)


def read_private_key(file: Path) -> Ed25519Signer:
    """The private key of a file."""
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyFileError(f"{file} holds no private key: make one with `dajia ledger key`.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{file} holds a key of another kind than Ed25519.")
    return Ed25519Signer(key)


def read_public_key(file: Path) -> Ed25519Verifier:
    """The public key of a file."""
    try:
        key = load_pem_public_key(file.read_bytes())
    except (OSError, ValueError) as error:
        raise KeyFileError(f"{file} holds no public key.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError(f"{file} holds a key of another kind than Ed25519.")
    return Ed25519Verifier(key)
