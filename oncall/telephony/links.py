"""Which address answers for which moment of a call."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses handed to the carrier for one contact; `seq` is the decision that placed the caller."""

    public_url: str  # scheme, host and port; no slash at the end
    team: int
    contact: str

    def _at(self, *parts: object) -> str:
        return "/".join((self.public_url, "voice", str(self.team), self.contact, *map(str, parts)))

    def dialled(self, leg: str) -> str:
        """Where the carrier goes when a <Dial> of the caller's has ended."""
        return self._at("dialled", leg)

    def screen(self, leg: str) -> str:
        """What a person who picked up hears."""
        return self._at("legs", leg, "screen")

    def told(self, leg: str) -> str:
        """What a person hears who is let go while listening."""
        return self._at("legs", leg, "told")

    def answer(self, leg: str) -> str:
        """Where the pressed key goes."""
        return self._at("legs", leg, "answer")

    def status(self, leg: str) -> str:
        """Where the carrier tells how a leg fares."""
        return self._at("legs", leg, "status")

    def bridging(self, leg: str) -> str:
        """Asked when the caller is taken from the queue: the live proof of a bridge."""
        return self._at("legs", leg, "bridging")

    def done(self, leg: str) -> str:
        """Where a leg goes when its conversation, or its wait for the caller, is over."""
        return self._at("legs", leg, "done")

    def wait(self, seq: int) -> str:
        """What the caller hears in the queue."""
        return self._at("wait", seq)

    def left(self, seq: int) -> str:
        """Where the caller goes from the queue."""
        return self._at("left", seq)

    def last_resort(self, seq: int) -> str:
        """Where the caller goes from the offer of the last resort, with a key or without."""
        return self._at("last-resort", seq)

    def passed_on(self, seq: int) -> str:
        """Where the carrier goes when the call to the last resort has ended."""
        return self._at("passed-on", seq)

    def reconnect(self, seq: int) -> str:
        """Where the pressed 1 of a caller who was cut off goes."""
        return self._at("reconnect", seq)

    def voicemail(self) -> str:
        """Where the key goes by which a caller agrees to be recorded."""
        return self._at("voicemail")

    def voicemail_left(self) -> str:
        """Where the caller goes when they have spoken."""
        return self._at("voicemail", "left")

    def voicemail_ready(self) -> str:
        """Where the carrier tells that the sound can be fetched."""
        return self._at("voicemail", "ready")

    def page(self, about: str) -> str:
        """What somebody hears who is alerted by call; `about` is the entry that alerted them."""
        return self._at("pages", about)

    def page_taken(self, about: str) -> str:
        """Where the key pressed on a spoken alert goes."""
        return self._at("pages", about, "answer")

    def page_status(self, about: str) -> str:
        """Where the carrier tells how an alert by call, or an ordered call, has ended."""
        return self._at("pages", about, "status")

    def back(self, about: str) -> str:
        """What a staff member hears whose phone rings for a call that they ordered."""
        return self._at("backs", about)

    def back_accepted(self, about: str) -> str:
        """Where the key pressed for an ordered call goes."""
        return self._at("backs", about, "answer")

    def back_other(self, about: str) -> str:
        """What a colleague hears who is called for a talk."""
        return self._at("backs", about, "other")

    def back_other_accepted(self, about: str) -> str:
        """Where the key goes that the colleague presses."""
        return self._at("backs", about, "other", "answer")

    def back_ended(self, about: str) -> str:
        """Where the carrier goes when the ordered call is over."""
        return self._at("backs", about, "ended")

    def text_status(self, about: str) -> str:
        """Where the carrier tells how far a text got."""
        return "/".join((self.public_url, "text", str(self.team), self.contact, about, "status"))

    @property
    def queue(self) -> str:
        """The name of the caller's own queue."""
        return f"contact-{self.contact}"


@dataclass(frozen=True, slots=True)
class StaffLinks:
    """The addresses handed to the carrier for what concerns staff alone, and no contact."""

    public_url: str  # scheme, host and port; no slash at the end
    team: int

    def test_call(self, token: str) -> str:
        """What somebody hears whose phone is tried."""
        return f"{self.public_url}/voice/{self.team}/phones/{token}"

    def test_answer(self, token: str) -> str:
        """Where the key goes that they press."""
        return f"{self.test_call(token)}/answer"

    def test_status(self, token: str) -> str:
        """Where the carrier tells how the test call has ended."""
        return f"{self.test_call(token)}/status"

    def test_text_status(self, token: str) -> str:
        """Where the carrier tells how far the test text got."""
        return f"{self.public_url}/text/{self.team}/phones/{token}/status"

    def told_status(self, note: int) -> str:
        """Where the carrier tells how far a text about duty got; `note` is the entry that tells of it."""
        return f"{self.public_url}/text/{self.team}/told/{note}/status"
