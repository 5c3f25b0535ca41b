"""What the REST API says of the account, its numbers and its recordings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from standin.simulator.account import CarrierNumber, Recording
from standin.simulator.rest.requests import Params, RestReply
from standin.simulator.rest.resource import Resource, missing, rfc2822


class AccountResource(Resource):
    def render(self, line: CarrierNumber) -> dict[str, Any]:
        return {
            "sid": line.sid,
            "account_sid": self.carrier.account_sid,
            "phone_number": line.number,
            "friendly_name": line.friendly_name,
            "voice_url": line.voice_url or "",
            "voice_method": line.voice_method,
            "voice_fallback_url": line.voice_fallback_url or "",
            "voice_fallback_method": "POST",
            "voice_caller_id_lookup": False,
            "voice_application_sid": "",
            "sms_url": line.text_url or "",
            "sms_method": line.text_method,
            "sms_fallback_url": line.text_fallback_url or "",
            "sms_fallback_method": "POST",
            "sms_application_sid": "",
            "status_callback": line.status_url or "",
            "status_callback_method": "POST",
            "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
            "status": "in-use",
            "origin": "twilio",
            "beta": False,
            "api_version": "2010-04-01",
            "date_created": rfc2822(line.created_at),
            "date_updated": rfc2822(line.created_at),
            "uri": self.uri(f"/IncomingPhoneNumbers/{line.sid}.json"),
            "subresource_uris": {},
        }

    def numbers(self, _path: tuple[str, ...], params: Params) -> RestReply:
        found = [
            self.render(line)
            for line in self.carrier.lines.values()
            if params.get("PhoneNumber") in (None, line.number)
            and params.get("FriendlyName") in (None, line.friendly_name)
        ]
        return self.page("incoming_phone_numbers", "/IncomingPhoneNumbers.json", found, params)

    def _line(self, sid: str) -> CarrierNumber:
        found = next((line for line in self.carrier.lines.values() if line.sid == sid), None)
        return found or missing(f"/IncomingPhoneNumbers/{sid}.json")

    def number(self, path: tuple[str, ...], _params: Params) -> RestReply:
        return RestReply(200, self.render(self._line(path[0])))

    def update_number(self, path: tuple[str, ...], params: Params) -> RestReply:
        line = self._line(path[0])
        fields = {
            "VoiceUrl": "voice_url",
            "VoiceMethod": "voice_method",
            "VoiceFallbackUrl": "voice_fallback_url",
            "SmsUrl": "text_url",
            "SmsMethod": "text_method",
            "SmsFallbackUrl": "text_fallback_url",
            "StatusCallback": "status_url",
            "FriendlyName": "friendly_name",
        }
        for name, attribute in fields.items():
            value = params.get(name)
            if value is not None:
                setattr(line, attribute, value or (None if attribute.endswith("_url") else value))
        return RestReply(200, self.render(line))

    def balance(self, _path: tuple[str, ...], _params: Params) -> RestReply:
        account = self.carrier.account_sid
        return RestReply(200, {"account_sid": account, "balance": self.carrier.balance, "currency": "USD"})

    def dialing_permissions(self, path: tuple[str, ...], _params: Params) -> RestReply:
        """Whether numbers of a country may be called: the account's geo permissions."""
        return RestReply(
            200,
            {
                "iso_code": path[0],
                "name": path[0],
                "continent": "",
                "country_codes": [],
                "low_risk_numbers_enabled": path[0] not in self.carrier.closed_countries,
                "high_risk_special_numbers_enabled": False,
                "high_risk_tollfraud_numbers_enabled": False,
                "url": f"https://voice.twilio.com/v1/DialingPermissions/Countries/{path[0]}",
                "links": {},
            },
        )

    def account(self, _path: tuple[str, ...], _params: Params) -> RestReply:
        return RestReply(
            200,
            {
                "sid": self.carrier.account_sid,
                "friendly_name": "Simulation",
                "status": self.carrier.account_status,
                "type": "Full",
                "auth_token": "",
                "owner_account_sid": self.carrier.account_sid,
                "date_created": None,
                "date_updated": None,
                "uri": self.uri(".json"),
                "subresource_uris": {},
            },
        )

    def _recording(self, sid: str) -> Recording:
        return self.carrier.recordings.get(sid) or missing(f"/Recordings/{sid}.json")

    def recordings(self, _path: tuple[str, ...], params: Params) -> RestReply:
        found = [
            recording
            for recording in self.carrier.recordings.values()
            if params.get("CallSid") in (None, recording.call_sid)
            and self.within(params, "DateCreated", recording.created_at)
        ]
        found.sort(key=lambda recording: recording.created_at, reverse=True)
        rows = [self._render_recording(recording) for recording in found]
        return self.page("recordings", "/Recordings.json", rows, params)

    def recording(self, path: tuple[str, ...], _params: Params) -> RestReply:
        return RestReply(200, self._render_recording(self._recording(path[0])))

    def _render_recording(self, recording: Recording) -> dict[str, Any]:
        return {
            "sid": recording.sid,
            "account_sid": self.carrier.account_sid,
            "call_sid": recording.call_sid,
            "status": recording.status,
            "duration": str(recording.seconds),
            "channels": 1,
            "source": "RecordVerb",
            "date_created": rfc2822(recording.created_at),
            "uri": self.uri(f"/Recordings/{recording.sid}.json"),
        }

    def media(self, path: tuple[str, ...], _params: Params) -> RestReply:
        recording = self._recording(path[0])
        if recording.status != "completed":
            missing(f"/Recordings/{recording.sid}")
        return RestReply(200, media=_silence(recording.seconds))

    def delete_recording(self, path: tuple[str, ...], _params: Params) -> RestReply:
        del self.carrier.recordings[self._recording(path[0]).sid]
        return RestReply(204)


def _silence(seconds: int) -> bytes:
    """A WAV file of so many seconds: 8,000 samples a second, one byte each."""
    size = 8000 * seconds
    header = b"RIFF" + (36 + size).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    header += b"".join(value.to_bytes(width, "little") for value, width in _WAV_FORMAT)
    return header + b"data" + size.to_bytes(4, "little") + b"\x80" * size


_WAV_FORMAT: Iterable[tuple[int, int]] = ((1, 2), (1, 2), (8000, 4), (8000, 4), (1, 2), (8, 2))
