"""How what is stored about people is sealed, and how a number is found without being readable."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

from oncall.settings import KEY_BYTES
from oncall.store.lru_cache import LRUCache

NONCE_BYTES = 12
CACHED_KEYS = 4096  # unwrapped data keys that a process keeps, and as many decrypted texts
BLOCK = 16  # bytes; texts to compare are filled up to a multiple, so that their length says little


class UnreadableSecret(Exception):
    """A sealed value does not belong where it stands, or none of the keys opens it."""


class DataKey:
    """Seals what is said about one contact, case or team; the wrapped form is what a row keeps."""

    __slots__ = ("_cipher", "wrapped")

    def __init__(self, raw: bytes, wrapped: bytes) -> None:
        self._cipher = AESGCM(raw)
        self.wrapped = wrapped

    def seal(self, text: bytes, place: bytes) -> bytes:
        """Return `text` sealed for `place`: moved to any other row or column, it does not open."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Return what was sealed for `place`; raises UnreadableSecret for anything else."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
        except (InvalidTag, ValueError) as error:
            raise UnreadableSecret("a sealed value does not open where it stands") from error

    def seal_text(self, text: str, place: str) -> bytes:
        """`seal` for text."""
        return self.seal(text.encode(), place.encode())

    def open_text(self, sealed: bytes, place: str) -> str:
        """`open` for text."""
        return self.open(sealed, place.encode()).decode()


def _pack(token: bytes) -> bytes:
    # Not as letters: among enough of them every short name turns up sooner or later.
    return base64.urlsafe_b64decode(token)


def _unpack(wrapped: bytes) -> bytes:
    """Return the token, which older versions stored as letters."""
    return wrapped if wrapped.startswith(b"gAAAA") else base64.urlsafe_b64encode(wrapped)


class DeterministicCipher:
    """Hides short texts that the database must compare: equal texts of one kind look equal, and no more.

    A staff key, a case's label or a municipality is looked up, joined and counted; sealed by a data key it
    could not be. What is encrypted so outlives an erasure, so nothing that a family said belongs here.
    """

    def __init__(self, index_key: bytes) -> None:
        """Take the key of the index: like the index, what it encrypts never changes."""
        self._cipher = AESSIV(hmac.new(index_key, b"veil", hashlib.sha512).digest())
        # Thousands of rows name the same few people and places.
        self._decrypted: LRUCache[tuple[str, str], str] = LRUCache(CACHED_KEYS)

    def encrypt(self, kind: str, text: str) -> str:
        """Return `text` encrypted, as hexadecimal digits: no name can show up in them by chance."""
        raw = text.encode()
        filled = raw + bytes(BLOCK - len(raw) % BLOCK)
        return self._cipher.encrypt(filled, [kind.encode()]).hex()

    def decrypt(self, kind: str, encrypted: str) -> str:
        """Return what was encrypted; raises UnreadableSecret for anything else."""
        known = self._decrypted.get((kind, encrypted))
        if known is not None:
            return known
        try:
            filled = self._cipher.decrypt(bytes.fromhex(encrypted), [kind.encode()])
        except (InvalidTag, ValueError) as error:
            raise UnreadableSecret("a value was not encrypted with our key") from error
        text = filled.rstrip(b"\0").decode()
        self._decrypted.put((kind, encrypted), text)
        return text


class KeyRing:
    """The operator's keys: some wrap data keys, the newest first; one is for the index and the cipher."""

    def __init__(self, wrapping_keys: Sequence[bytes], index_key: bytes) -> None:
        """Take keys of 32 bytes each."""
        fernets = [Fernet(base64.urlsafe_b64encode(key)) for key in wrapping_keys]
        self._newest, self._wrapper = fernets[0], MultiFernet(fernets)
        self._index_key = index_key
        self.deterministic = DeterministicCipher(index_key)
        self._unwrapped: LRUCache[bytes, DataKey] = LRUCache(CACHED_KEYS)

    def new_key(self) -> DataKey:
        """Return a fresh random data key, wrapped by the newest wrapping key."""
        raw = secrets.token_bytes(KEY_BYTES)
        key = DataKey(raw, _pack(self._wrapper.encrypt(raw)))
        self._unwrapped.put(key.wrapped, key)
        return key

    def unwrap(self, wrapped: bytes) -> DataKey:
        """Return the data key; raises UnreadableSecret if no wrapping key fits."""
        key = self._unwrapped.get(wrapped)
        if key is None:
            try:
                key = DataKey(self._wrapper.decrypt(_unpack(wrapped)), wrapped)
            except InvalidToken as error:
                raise UnreadableSecret("none of the wrapping keys fits a data key") from error
            self._unwrapped.put(wrapped, key)
        return key

    def rewrap(self, wrapped: bytes) -> bytes:
        """Return the same data key wrapped by the newest wrapping key."""
        try:
            return _pack(self._wrapper.rotate(_unpack(wrapped)))
        except InvalidToken as error:
            raise UnreadableSecret("none of the wrapping keys fits a data key") from error

    def is_wrapped_anew(self, wrapped: bytes) -> bool:
        """Say whether the newest wrapping key has wrapped the data key, so that no older one is needed."""
        try:
            self._newest.decrypt(_unpack(wrapped))
        except InvalidToken:
            return False
        return True

    def forget(self, wrapped: bytes) -> None:
        """Drop a destroyed data key from this process's memory."""
        self._unwrapped.forget(wrapped)

    def forget_unused(self) -> None:
        """Drop the data keys that nobody has needed of late: another process may have destroyed them."""
        self._unwrapped.forget_unused()

    def digest(self, team_id: int, number: str) -> str:
        """Return the blind index of a number: the same in one team, unlike in any other."""
        return self._digest(f"number:{team_id}:{number}")

    def line_digest(self, number: str) -> str:
        """Return the blind index of a team's own line: the same for all teams, so that no two share one."""
        return self._digest(f"line:{number}")

    def document_digest(self, team_id: int, text: str) -> str:
        """Return by what a document is known again that must not be kept."""
        return self._digest(f"document:{team_id}:{text}")

    def secret_digest(self, kind: str, secret: str) -> str:
        """Return what is kept of a secret of ours that only has to be recognised: a link's, a code's."""
        return self._digest(f"{kind}:{secret}")

    def _digest(self, text: str) -> str:
        return hmac.new(self._index_key, text.encode(), hashlib.sha256).hexdigest()
