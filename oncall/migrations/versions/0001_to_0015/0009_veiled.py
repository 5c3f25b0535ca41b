"""What was stored in the clear of staff keys, labels and places is veiled, and the chains fit it again."""

import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from oncall.store.keys import UnreadableSecret

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STAFF = "staff"
VEILED: Mapping[tuple[str, str], str] = {
    ("team", "slug"): "slug",
    ("team", "name"): "team",
    ("staff", "key"): STAFF,
    ("layer", "participants"): "participants",
    ("override", "person"): STAFF,
    ("absence", "person"): STAFF,
    ("family_case", "label"): "case",
    ("family_case", "municipality"): "municipality",
    ("family_case", "own_therapist"): STAFF,
    ("number_index", "staff_key"): STAFF,
    ("contact", "answered_by"): STAFF,
    ("contact", "engaged"): "engaged",
    ("outbox", "key"): "job",
    ("outbox", "payload"): "payload",
    ("account", "staff_key"): STAFF,
    ("page_code", "person"): STAFF,
    ("special_day", "name"): "day",
    ("rota_limits", "limits"): "limits",
    ("shift_request", "asker"): STAFF,
    ("shift_request", "asked"): STAFF,
    ("shift_request", "taker"): STAFF,
    ("shift_confirmation", "person"): STAFF,
    ("feed", "person"): STAFF,
}
OF_STAFF = {  # the foreign keys that stand in the way while only one side is veiled
    "override": "fk_override_team_id_person",
    "absence": "fk_absence_team_id_person",
    "family_case": "fk_family_case_team_id_own_therapist",
    "number_index": "fk_number_index_team_id_staff_key",
    "account": "fk_account_team_id_staff_key",
    "page_code": "fk_page_code_team_id_person",
    "shift_request": "fk_shift_request_team_id_asker",
}
TRIGGERS = ("entry_stays", "entry_remains")
PLACE = (
    "chain",
    "seq",
    "team_id",
    "contact_id",
    "case_id",
    "at",
    "kind",
    "leg",
    "actor",
    "event_key",
    "batch",
)
NOTHING = b"\xff\xff\xff\xff"
PAGE = 1000

COLUMNS = (
    "e.chain, e.seq, e.team_id, e.contact_id, e.case_id, e.at, e.kind, e.leg, e.actor, e.event_key, e.batch"
)
ENTRIES = sa.text(
    f"SELECT {COLUMNS}, e.detail, e.hash, c.data_key AS contact_key, f.data_key AS case_key"  # noqa: S608 - constants
    " FROM entry AS e LEFT JOIN contact AS c ON c.id = e.contact_id"
    " LEFT JOIN family_case AS f ON f.id = e.case_id"
    " WHERE e.chain = :chain AND e.seq > :after ORDER BY e.seq LIMIT :page"
)
SAVE_ENTRY = sa.text(
    "UPDATE entry SET actor = :actor, detail = :detail, hash = :hash WHERE chain = :chain AND seq = :seq"
)


def upgrade() -> None:
    """No name of a person or a place stands in the clear; whoever reads on needs the index key."""
    with op.batch_alter_table("account") as account:
        account.alter_column("staff_key", type_=sa.Text(), existing_type=sa.String())
    conn = op.get_bind()
    if conn.scalar(sa.text("SELECT count(*) FROM team")) == 0:
        return  # a new database, and nobody need show a key for it
    keyring = context.config.attributes["keyring"]
    refusals = _step_aside(conn)
    for (table, column), kind in VEILED.items():
        _cover(conn, table, column, kind, keyring)
    for head in conn.execute(sa.text("SELECT chain, hash, data_key FROM chain_head")).all():
        _chain_anew(conn, head, keyring)
    _step_back(conn, refusals)


def _step_aside(conn: sa.Connection) -> list[str]:
    """Nothing refuses what follows; return how SQLite is told to refuse changes of entries again."""
    if conn.dialect.name == "postgresql":
        for table, name in OF_STAFF.items():
            op.execute(f'ALTER TABLE "{table}" ALTER CONSTRAINT {name} DEFERRABLE')
        op.execute("SET CONSTRAINTS ALL DEFERRED")
        op.execute("ALTER TABLE entry DISABLE TRIGGER entry_stays")
        return []
    found = conn.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    return [row.sql for row in found if row.name in TRIGGERS]


def _step_back(conn: sa.Connection, refusals: list[str]) -> None:
    if conn.dialect.name == "postgresql":
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
        op.execute("ALTER TABLE entry ENABLE TRIGGER entry_stays")
        for table, name in OF_STAFF.items():
            op.execute(f'ALTER TABLE "{table}" ALTER CONSTRAINT {name} NOT DEFERRABLE')
        return
    for refusal in refusals:
        op.execute(refusal)


def _cover(conn: sa.Connection, table: str, column: str, kind: str, keyring: Any) -> None:
    where = sa.table(table, sa.column(column))
    plain = conn.scalars(sa.select(where.c[column]).where(where.c[column].is_not(None)).distinct()).all()
    if not plain:
        return
    conn.execute(
        sa.update(where)
        .where(where.c[column] == sa.bindparam("plain"))
        .values({column: sa.bindparam("veiled")}),
        [{"plain": value, "veiled": keyring.deterministic.encrypt(kind, value)} for value in plain],
    )


def _chain_anew(conn: sa.Connection, head: Any, keyring: Any) -> None:
    """The chain fits the veiled actors. An entry that did not fit before does not fit now: damage stays."""
    before = after = bytes(32)
    seq = 0
    while rows := conn.execute(ENTRIES, {"chain": head.chain, "after": seq, "page": PAGE}).all():
        changed = []
        for row in rows:
            old = {name: getattr(row, name) for name in PLACE}
            new = dict(old, actor=row.actor and keyring.deterministic.encrypt(STAFF, row.actor))
            was_whole = row.hash == _hash(before, _spell(old), row.detail)
            detail = _seal_anew(row, _spell(old), _spell(new), head, keyring) if was_whole else row.detail
            before, seq = row.hash, row.seq
            after = _hash(after, _spell(new), detail) if was_whole else row.hash
            changed.append({**new, "detail": detail, "hash": after})
        conn.execute(SAVE_ENTRY, changed)
    if head.hash == before:
        conn.execute(
            sa.text("UPDATE chain_head SET hash = :hash WHERE chain = :chain"),
            {"hash": after, "chain": head.chain},
        )


def _seal_anew(row: Any, old: bytes, new: bytes, head: Any, keyring: Any) -> bytes | None:
    """Return what the entry says, sealed for where it stands now; what was erased stays as it is."""
    wrapped = head.data_key
    if row.contact_id is not None:
        wrapped = row.contact_key
    elif row.case_id is not None:
        wrapped = row.case_key
    if row.detail is None or wrapped is None or old == new:
        return row.detail  # type: ignore[no-any-return]
    key = keyring.unwrap(wrapped)
    try:
        return key.seal(key.open(row.detail, old), new)  # type: ignore[no-any-return]
    except UnreadableSecret:
        return row.detail  # type: ignore[no-any-return]  # broken before, and found broken afterwards


def _spell(place: Mapping[str, Any]) -> bytes:
    parts = []
    for name in PLACE:
        encoded = None if place[name] is None else str(place[name]).encode()
        parts.append(NOTHING if encoded is None else len(encoded).to_bytes(4, "big") + encoded)
    return b"".join(parts)


def _hash(previous: bytes, place: bytes, sealed: bytes | None) -> bytes:
    said = NOTHING if sealed is None else len(sealed).to_bytes(4, "big") + sealed
    return hashlib.sha256(previous + place + said).digest()
