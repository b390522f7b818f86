"""`manage.py returns_refunds`: refunds that somebody has to look at, and what to do."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.actors import Actor
from saleor_returns_plugin.enums import ActorKind, RefundStatus
from saleor_returns_plugin.errors import ReturnsError
from saleor_returns_plugin.models import Refund
from saleor_returns_plugin.selectors.refunds import unsettled_refunds
from saleor_returns_plugin.services import refunds

_STORE = Actor(kind=ActorKind.MERCHANT, name="returns_refunds")
_WHAT_TO_DO = {
    RefundStatus.PENDING.value: (
        "Wait: it is under way. What was intended and never asked for is taken up by the "
        "reconciliation within minutes. An app that never answers: look it up there, then --resolve."
    ),
    RefundStatus.UNKNOWN.value: (
        "Look the payment up at its gateway, then --resolve it with --succeeded or --failed."
    ),
    RefundStatus.FAILED.value: (
        "Try it again in the console; or pay another way, then --resolve it with --succeeded and "
        "the --reference of that payment."
    ),
}


class Command(BaseCommand):
    help = (
        "List refunds that are pending, without an answer or failed, with what to do; or say what "
        "became of one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--resolve", metavar="ID", help="the refund to speak of")
        outcome = parser.add_mutually_exclusive_group()
        outcome.add_argument("--succeeded", action="store_true", help="its money went back")
        outcome.add_argument("--failed", action="store_true", help="its money did not go back")
        parser.add_argument(
            "--reference",
            default="",
            help="what proves it; of money paid another way, what the shopper finds it by",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with host.current.allow_writer():
            if options["resolve"]:
                self._resolve(options)
            elif options["succeeded"] or options["failed"] or options["reference"]:
                raise CommandError("Say which refund it is about: --resolve ID")
            else:
                self._list()

    def _list(self) -> None:
        found = unsettled_refunds()
        for refund in found:
            self._show(refund)
        told = f"{len(found)} refunds." if found else self.style.SUCCESS("None is open.")
        self.stdout.write(told)

    def _show(self, refund: Refund) -> None:
        self.stdout.write(
            f"{refund.pk}  {refund.status.upper()}  {_amount(refund)}  "
            f"{refund.vendor_return.number}  {refund.created_at:%Y-%m-%d %H:%M}"
        )
        for part in refund.parts.all():
            if not part.is_replaced:
                said = f": {part.message}" if part.message else ""
                self.stdout.write(
                    f"    {part.amount.normalize():f} by {part.payment_reference}, "
                    f"{part.status}{said}"
                )
        self.stdout.write(f"    {_WHAT_TO_DO[refund.status]}")

    def _resolve(self, options: dict[str, Any]) -> None:
        if not (options["succeeded"] or options["failed"]):
            raise CommandError("Say what became of it: --succeeded or --failed")
        try:
            refund = refunds.resolve(
                refund_id=_uuid(options["resolve"]),
                succeeded=options["succeeded"],
                reference=options["reference"],
                actor=_STORE,
                now=timezone.now(),
            )
        except ReturnsError as error:
            raise CommandError(error.message) from error
        text = f"The refund of {_amount(refund)} is {refund.status} now."
        self.stdout.write(self.style.SUCCESS(text))


def _amount(refund: Refund) -> str:
    return f"{refund.amount.normalize():f} {refund.currency}"


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise CommandError(f"{text} is no id of a refund.") from error
