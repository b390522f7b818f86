"""What staff send instead: per line one or several variants, and items on top.

A row is a variant with its units and price. Rows stand under the line that they replace, or under
`ON_TOP`; they are counted from 1, as many as the form came with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from .. import host
from ..domain.money import decimals
from ..domain.requested import ExchangedUnits
from ..errors import IdempotencyConflict, ReturnsError
from ..host import VariantFacts
from ..selectors.branding import portal
from ..selectors.exchanges import name_of as name_of_variant
from ..web import formats
from ..web.forms import Choice, Field, amount_of, choices, idempotency_key, whole_number
from .exchange_source import Line, Source
from .forms import Typed

FORM = "exchange"
ON_TOP = "top"
_MOST_ROWS = 20
_MOST_FOUND = 10
_FIELDS = {"variant_id": "variant", "quantity": "units", "unit_price": "price"}
_TELLS = {"portal": None, "yes": True, "no": False}

Facts = Mapping[str, VariantFacts]
"""By the variant's key, as a form holds it."""


@dataclass(frozen=True)
class Row:
    place: str
    number: int
    variant: str
    units: str
    price: str

    def name(self, field: str) -> str:
        return f"{FORM}-{self.place}-{self.number}-{field}"


@dataclass(frozen=True)
class RowView:
    """`variants` is empty for an item on top, which has a name instead."""

    number: int
    name: str
    variant: Field
    variants: tuple[Choice, ...]
    units: Field
    price: Field | None


@dataclass(frozen=True)
class LineView:
    id: UUID
    name: str
    sku: str
    most: int
    is_ticked: Field
    rows: tuple[RowView, ...]
    can_have_more: bool


@dataclass(frozen=True)
class FoundView:
    key: str
    name: str
    sku: str
    price: str
    note: str
    can_be_added: bool


@dataclass(frozen=True)
class FormView:
    """`found` is None before anything was looked for."""

    key: str
    currency: str
    lines: tuple[LineView, ...]
    on_top: tuple[RowView, ...]
    search: Field
    place: Field
    places: tuple[Choice, ...]
    found: tuple[FoundView, ...] | None
    are_more_found: bool
    charge: Field | None
    """Only where the store has a page on which a price can be paid."""
    tell: Field
    tells: tuple[Choice, ...]


@dataclass(frozen=True)
class Chosen:
    """`rows` are those of `lines`; `replaced` what each is sent for, None on top."""

    lines: tuple[ExchangedUnits, ...]
    rows: tuple[Row, ...]
    replaced: tuple[Line | None, ...]
    charges_vendor: bool
    tells: bool | None


def begin(source: Source, typed: Typed, facts: Facts) -> None:
    """Nothing is typed yet: all units, in what the shopper wished for if that can be had."""
    values = typed.values
    is_only = len(source.open_lines) == 1
    for line in source.open_lines:
        wish = facts.get(str(line.wish))
        variant = str(line.wish) if wish and wish.can_be_ordered else ""
        _write(values, Row(str(line.id), 1, variant, str(line.most), "0"))
        if is_only or line.is_awaited:
            values[_tick(line)] = "1"
    values[f"{FORM}-tell"] = "portal"


def facts_of(source: Source, typed: Typed, found: Sequence[Any] = ()) -> Facts:
    """Of all variants of the lines' products, those in the form's rows, and those found."""
    picked = {_key(row.variant) for row in _all_rows(source, typed)}
    wishes = {line.wish for line in source.open_lines}
    products = {line.product_id for line in source.open_lines}
    facts = host.current.variants_for_exchange(
        order_id=source.record.order_id,
        product_ids=[key for key in products if key is not None],
        variant_ids=[key for key in picked | wishes | set(found) if key is not None],
    )
    return {str(key): fact for key, fact in facts.items()}


def found_by(source: Source, typed: Typed) -> list[Any] | None:
    """Keys of the variants that are looked for, one more than are shown; None for no search."""
    text = typed.text("search")[:100]
    if not text:
        return None
    return host.current.find_variants(
        order_id=source.record.order_id, text=text, limit=_MOST_FOUND + 1
    )


def is_searching(typed: Typed) -> bool:
    """Whether Enter was pressed beside words that were not looked for yet."""
    return typed.text("search") != typed.text("searched")


def add_row(source: Source, typed: Typed, place: str) -> None:
    """One variant more for a line."""
    values, rows = typed.values, _rows(typed, place)
    if place in _places(source) and len(rows) < _MOST_ROWS:
        _write(values, Row(place, len(rows) + 1, "", "", "0"))


def add_item(source: Source, typed: Typed, variant: str) -> str:
    """What was found goes on top or instead of a line, all units of which it takes over where one
    row held them. Answers the key of its place."""
    values = typed.values
    place = typed.text("place")
    line = _places(source).get(place)
    place = place if line else ON_TOP
    rows = _rows(typed, place)
    known = next((row for row in rows if row.variant == variant), None)
    if known is None and len(rows) >= _MOST_ROWS:
        return place
    units = "1"
    if line is not None:
        values[_tick(line)] = "1"
        held = [row for row in rows if whole_number(row.units) != 0 and row != known]
        units = known.units if known else ""
        if len(held) == 1:
            units = held[0].units
            _write(values, Row(place, held[0].number, held[0].variant, "0", held[0].price))
    number = known.number if known else len(rows) + 1
    _write(values, Row(place, number, variant, units or "", known.price if known else "0"))
    return place


def view_of(source: Source, typed: Typed, facts: Facts, found: Sequence[Any] | None) -> FormView:
    facts_of_store = portal(source.record.channel)
    can_charge = bool(facts_of_store.checkout_url)
    place, tell = typed.field(f"{FORM}-place"), typed.field(f"{FORM}-tell")
    tells_by_itself = (
        _("As the store is set: yes")
        if facts_of_store.notify_exchange_orders
        else _("As the store is set: no")
    )
    return FormView(
        key=idempotency_key(typed.values),
        currency=source.record.currency,
        lines=tuple(_line(source, line, typed, facts, can_charge) for line in source.open_lines),
        on_top=tuple(
            _row(row, source, typed, facts, (), can_charge) for row in _rows(typed, ON_TOP)
        ),
        search=typed.field(f"{FORM}-search"),
        place=place,
        places=choices(
            [(ON_TOP, _("on top of everything else"))]
            + [
                (str(line.id), _("instead of %(item)s") % {"item": line.name})
                for line in source.open_lines
            ],
            place.value,
        ),
        found=None if found is None else _found(source, facts, found[:_MOST_FOUND]),
        are_more_found=found is not None and len(found) > _MOST_FOUND,
        charge=typed.field(f"{FORM}-charge") if can_charge else None,
        tell=tell,
        tells=choices(
            [("portal", tells_by_itself), ("yes", _("Yes")), ("no", _("No"))], tell.value
        ),
    )


def read(source: Source, typed: Typed, facts: Facts) -> Chosen:
    """Adds to the problems. Rows without units are no items."""
    found: list[tuple[Row, ExchangedUnits, Line | None]] = []
    for line in source.lines:
        if typed.values.get(_tick(line)):
            own = _read_rows(source, typed, facts, line)
            _check_line(source, line, own, typed)
            found += own
        elif line.most and line.is_awaited:
            typed.problems.add(
                _(
                    "The shopper waits for something instead of this: tick it, too, or change "
                    "first what becomes of it."
                ),
                _tick(line),
                line.name,
            )
    if not found and not typed.problems:
        typed.problems.add(_("Tick what is replaced."))
    found += _read_rows(source, typed, facts, None)
    return Chosen(
        lines=tuple(units for _row, units, _line in found),
        rows=tuple(row for row, _units, _line in found),
        replaced=tuple(line for _row, _units, line in found),
        charges_vendor=bool(typed.text("charge")),
        tells=_TELLS.get(typed.text("tell")),
    )


def refuse(error: ReturnsError, chosen: Chosen, typed: Typed) -> None:
    """Beside the row that the service's error is about."""
    field = _FIELDS.get(error.field or "", "units")
    row = None
    if error.index and error.index[0] < len(chosen.rows):
        row = chosen.rows[error.index[0]]
    elif field == "price":
        priced = [
            row
            for row, units in zip(chosen.rows, chosen.lines, strict=True)
            if units.unit_price > 0
        ]
        row = priced[0] if priced else None
    typed.refuse(error, row.name(field) if row else "")
    if isinstance(error, IdempotencyConflict):
        typed.values["key"] = idempotency_key()


def added_text(source: Source, place: str) -> str:
    """What is said of an item that was added there."""
    line = _places(source).get(place)
    if line is None:
        return _("The item is added below. Say how many.")
    return _("The item is added instead of %(item)s. Check how many.") % {"item": line.name}


def tells_text(chosen: Chosen, source: Source, *, total: Decimal) -> str:
    """Which mails the shopper gets. Without that of the price nobody could pay it."""
    tells = chosen.tells
    if tells is None:
        tells = portal(source.record.channel).notify_exchange_orders
    if total and tells:
        return _(
            "The shopper is told by mail of the price and where to pay it, and of the order once "
            "it is paid; Saleor confirms the order by a mail of its own."
        )
    if total:
        return _(
            "The shopper is told by mail of the price and where to pay it, since nobody could pay "
            "it otherwise, and if that offer ends; Saleor confirms the order by a mail of its own. "
            "We send no other."
        )
    if tells:
        return _("The shopper is told by mail; Saleor confirms the order by a mail of its own.")
    return _("We do not tell the shopper by mail; Saleor confirms the order by a mail of its own.")


def hidden(typed: Typed) -> tuple[Field, ...]:
    """All that was typed, to be carried on."""
    return tuple(
        Field(name, value)
        for name, value in typed.values.items()
        if name == "key" or name.startswith(f"{FORM}-")
    )


def _read_rows(
    source: Source, typed: Typed, facts: Facts, line: Line | None
) -> list[tuple[Row, ExchangedUnits, Line | None]]:
    found: list[tuple[Row, ExchangedUnits, Line | None]] = []
    seen = set()
    for row in _rows(typed, _place(line)):
        units = whole_number(row.units)
        if units == 0:
            continue
        about = line.name if line else _called(facts.get(row.variant))
        price = amount_of(row.price or "0", decimals(source.record.currency))
        if units is None:
            typed.problems.add(_("Enter a whole number."), row.name("units"), about)
        if price is None:
            _refuse_price(row, source.record.currency, about, typed)
        fact = facts.get(row.variant)
        if fact is None:
            typed.problems.add(_("Choose what is sent."), row.name("variant"), about)
        elif row.variant in seen:
            typed.problems.add(_("This item stands here twice."), row.name("variant"), about)
        seen.add(row.variant)
        if fact is not None:
            given = line.named if line else {}
            item = ExchangedUnits(fact.id, units or 1, unit_price=price or Decimal(0), **given)
            found.append((row, item, line))
    return found


def _refuse_price(row: Row, currency: str, about: str, typed: Typed) -> None:
    example = f"{Decimal('12.5'):.{decimals(currency)}f}"
    text = _("Give an amount in %(currency)s, such as %(example)s.")
    typed.problems.add(text % {"currency": currency, "example": example}, row.name("price"), about)


def _check_line(
    source: Source,
    line: Line,
    own: Sequence[tuple[Row, ExchangedUnits, Line | None]],
    typed: Typed,
) -> None:
    """What the service would refuse, said beside the line."""
    rows = _rows(typed, str(line.id))
    if not rows or any(whole_number(row.units) is None for row in rows):
        return
    units = sum(whole_number(row.units) or 0 for row in rows)
    last = next((row for row in reversed(rows) if whole_number(row.units)), rows[0])
    if units == 0:
        text = _("Enter how many units are sent.")
    elif source.is_return and units != line.most:
        text = _(
            "All units of this item are replaced together: enter %(most)s in total. What is sent "
            "beyond goes on top."
        )
    elif units > line.most:
        text = _("At most %(most)s can be replaced. What is sent beyond goes on top.")
    else:
        return
    typed.problems.add(text % {"most": line.most}, last.name("units"), line.name)


def _line(source: Source, line: Line, typed: Typed, facts: Facts, can_charge: bool) -> LineView:
    own = [
        fact
        for fact in facts.values()
        if fact.product_id == line.product_id and fact.can_be_ordered
    ]
    rows = _rows(typed, str(line.id))
    return LineView(
        id=line.id,
        name=line.name,
        sku=line.sku,
        most=line.most,
        is_ticked=typed.field(_tick(line)),
        rows=tuple(_row(row, source, typed, facts, own, can_charge) for row in rows),
        can_have_more=len(rows) < _MOST_ROWS,
    )


def _row(
    row: Row,
    source: Source,
    typed: Typed,
    facts: Facts,
    offered: Sequence[VariantFacts],
    can_charge: bool,
) -> RowView:
    fact = facts.get(row.variant)
    shown = [*offered, fact] if fact and fact not in offered else offered
    is_priced = can_charge or amount_of(row.price or "0", 3) != 0
    return RowView(
        number=row.number,
        name=_called(fact),
        variant=typed.field(row.name("variant")),
        variants=choices(
            [("", _("Choose what is sent"))]
            + [(str(each.id), _offer(each, source.record.currency)) for each in shown],
            row.variant,
        )
        if row.place != ON_TOP
        else (),
        units=typed.field(row.name("units")),
        price=typed.field(row.name("price")) if is_priced else None,
    )


def _offer(fact: VariantFacts, currency: str) -> str:
    return f"{name_of_variant(fact)} · {_note(fact) or _price(fact, currency)}"


def _price(fact: VariantFacts, currency: str) -> str:
    return "" if fact.unit_price is None else formats.money(fact.unit_price, currency)


def _note(fact: VariantFacts) -> str:
    """Why it cannot be had; blank where it can."""
    if fact.can_be_ordered:
        return ""
    if not fact.is_goods:
        return _("cannot be exchanged for")
    return _("out of stock") if fact.is_published else _("not sold now")


def _found(source: Source, facts: Facts, keys: Sequence[Any]) -> tuple[FoundView, ...]:
    shown = [fact for key in keys if (fact := facts.get(str(key)))]
    return tuple(
        FoundView(
            key=str(fact.id),
            name=name_of_variant(fact),
            sku=fact.sku,
            price=_price(fact, source.record.currency),
            note=_note(fact) or _("%(left)s in stock") % {"left": fact.available},
            can_be_added=fact.can_be_ordered,
        )
        for fact in shown
    )


def _called(fact: VariantFacts | None) -> str:
    return name_of_variant(fact) if fact else _("An item that is gone")


def _tick(line: Line) -> str:
    return f"{FORM}-on-{line.id}"


def _place(line: Line | None) -> str:
    return str(line.id) if line else ON_TOP


def _places(source: Source) -> dict[str, Line]:
    return {str(line.id): line for line in source.open_lines}


def _rows(typed: Typed, place: str) -> list[Row]:
    found: list[Row] = []
    while len(found) < _MOST_ROWS:
        empty = Row(place, len(found) + 1, "", "", "")
        if empty.name("units") not in typed.values:
            break
        given = {
            field: typed.values.get(empty.name(field), "").strip()
            for field in ("variant", "units", "price")
        }
        found.append(Row(place, empty.number, **given))
    return found


def _all_rows(source: Source, typed: Typed) -> list[Row]:
    places = [ON_TOP, *(str(line.id) for line in source.lines)]
    return [row for place in places for row in _rows(typed, place)]


def _write(values: Any, row: Row) -> None:
    for field in ("variant", "units", "price"):
        values[row.name(field)] = getattr(row, field)


def _key(text: str) -> int | None:
    """Of a variant, in both Saleors a number; None for what is none."""
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) if is_number else None
