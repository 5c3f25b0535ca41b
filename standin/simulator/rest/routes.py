"""Which REST resource answers which path."""

from __future__ import annotations

import re

from standin.simulator.carrier import Carrier
from standin.simulator.rest.account import AccountResource
from standin.simulator.rest.calls import CallResource
from standin.simulator.rest.media import MediaResource
from standin.simulator.rest.messages import MessageResource
from standin.simulator.rest.queues import QueueResource
from standin.simulator.rest.requests import Handler

Route = tuple[str, re.Pattern[str], Handler]


def routes(carrier: Carrier) -> tuple[Route, ...]:
    """Which handler answers which method and path, the path without its account."""
    calls, messages, media, queues, account = (
        CallResource(carrier),
        MessageResource(carrier),
        MediaResource(carrier),
        QueueResource(carrier),
        AccountResource(carrier),
    )
    sid = r"([A-Z]{2}[0-9a-f]{32})"
    table: tuple[tuple[str, str, Handler], ...] = (
        ("GET", r"/Calls\.json", calls.listing),
        ("POST", r"/Calls\.json", calls.create),
        ("GET", rf"/Calls/{sid}\.json", calls.fetch),
        ("POST", rf"/Calls/{sid}\.json", calls.update),
        ("GET", r"/Messages\.json", messages.listing),
        ("POST", r"/Messages\.json", messages.create),
        ("GET", rf"/Messages/{sid}\.json", messages.fetch),
        ("POST", rf"/Messages/{sid}\.json", messages.update),
        ("DELETE", rf"/Messages/{sid}\.json", messages.delete),
        ("GET", r"/Queues\.json", queues.listing),
        ("POST", r"/Queues\.json", queues.create),
        ("GET", rf"/Queues/{sid}\.json", queues.fetch),
        ("POST", rf"/Queues/{sid}\.json", queues.update),
        ("DELETE", rf"/Queues/{sid}\.json", queues.delete),
        ("GET", rf"/Queues/{sid}/Members\.json", queues.members),
        ("GET", rf"/Queues/{sid}/Members/(\w+)\.json", queues.member),
        ("POST", rf"/Queues/{sid}/Members/(\w+)\.json", queues.take),
        ("GET", r"/IncomingPhoneNumbers\.json", account.numbers),
        ("GET", rf"/IncomingPhoneNumbers/{sid}\.json", account.number),
        ("POST", rf"/IncomingPhoneNumbers/{sid}\.json", account.update_number),
        ("GET", r"/Balance\.json", account.balance),
        ("GET", r"\.json", account.account),
        ("GET", r"/v1/DialingPermissions/Countries/([A-Z]{2})", account.dialing_permissions),
        ("GET", rf"/Messages/{sid}/Media\.json", media.listing),
        ("GET", rf"/Messages/{sid}/Media/{sid}\.json", media.fetch),
        ("GET", rf"/Messages/{sid}/Media/{sid}", media.content),
        ("DELETE", rf"/Messages/{sid}/Media/{sid}(?:\.json)?", media.delete),
        ("GET", r"/Recordings\.json", account.recordings),
        ("GET", rf"/Recordings/{sid}\.json", account.recording),
        ("GET", rf"/Recordings/{sid}(?:\.wav|\.mp3)?", account.media),
        ("DELETE", rf"/Recordings/{sid}(?:\.json)?", account.delete_recording),
    )
    return tuple((method, re.compile(pattern), handler) for method, pattern, handler in table)
