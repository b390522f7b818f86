"""What every mutation of ours shares."""

import logging
from collections.abc import Mapping
from typing import Any, ClassVar

import graphene
from graphene.utils.str_converters import to_camel_case

from ..domain.actors import Actor
from ..enums import ErrorCode
from ..errors import ReturnsError as Refusal
from . import compat
from .actors import actor_of
from .enums import ReturnsErrorCode

logger = logging.getLogger(__name__)


class ReturnsError(graphene.ObjectType):
    field = graphene.String()
    message = graphene.String(required=True)
    code = ReturnsErrorCode(required=True)
    index = graphene.List(
        graphene.NonNull(graphene.Int),
        description="Indexes into a list argument, when the error is about one element.",
    )


def error_entry(refusal: Refusal) -> ReturnsError:
    return ReturnsError(
        field=to_camel_case(refusal.field) if refusal.field else None,
        message=refusal.message,
        code=refusal.code.value,
        index=refusal.index,
    )


INTERNAL = ReturnsError(
    message="Something went wrong on our side. Nothing more can be said here; see the server log.",
    code=ErrorCode.INTERNAL.value,
)


def errors_field() -> graphene.Field:
    return graphene.Field(
        graphene.List(graphene.NonNull(ReturnsError)), required=True, default_value=[]
    )


class ReturnsMutation(graphene.Mutation):
    """Calls `perform(actor, info, **arguments)`, which answers with the payload's fields.

    A refusal becomes an entry of `errors`; anything else is logged and told as INTERNAL.
    """

    class Meta:
        abstract = True

    empty: ClassVar[Mapping[str, Any]] = {}
    """Non-null payload fields of a call that was refused."""

    @classmethod
    def __init_subclass_with_meta__(cls, **options: Any) -> None:
        super().__init_subclass_with_meta__(**options)
        cls._meta.fields["errors"] = errors_field()
        # As written in the class, not by alphabet.
        arguments = cls._meta.arguments
        in_order = sorted(arguments.items(), key=lambda item: item[1])
        arguments.clear()
        arguments.update(in_order)

    @staticmethod
    def perform(actor: Actor, info: Any, **data: Any) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def mutate(cls, root: Any, info: Any, token: str | None = None, **data: Any) -> Any:
        with compat.allow_writer():
            # What the payload reads has to see what was just written.
            info.context.allow_replica = False
            try:
                # What Saleor says of its own tokens is left to it: clients renew what has expired.
                actor = actor_of(info, token)
            except Refusal as refusal:
                return cls._refused(error_entry(refusal))
            try:
                payload = cls.perform(actor, info, **data)
            except Refusal as refusal:
                return cls._refused(error_entry(refusal))
            except Exception:
                logger.exception("Mutation %s failed.", cls._meta.name)
                return cls._refused(INTERNAL)
        return cls._answer(errors=[], **payload)

    @classmethod
    def _refused(cls, entry: ReturnsError) -> Any:
        return cls._answer(errors=[entry], **cls.empty)

    @classmethod
    def _answer(cls, **fields: Any) -> Any:
        answer = cls()
        for name, value in fields.items():
            setattr(answer, name, value)
        return answer
