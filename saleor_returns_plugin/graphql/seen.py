"""A row and who looks at it: what every resolver of ours gets as its root.

The viewer travels with the row because a session token may be an argument of one root field and
not of its neighbour; so what hangs on a row is filtered for the same viewer, however deep.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import graphene
from django.db.models import Model, Prefetch, prefetch_related_objects
from promise import Promise
from promise.dataloader import DataLoader

from ..domain.actors import Actor
from . import compat


@dataclass(frozen=True)
class Seen:
    node: Any
    actor: Actor

    def beside(self, node: Any) -> "Seen | None":
        """Another node for the same viewer."""
        return None if node is None else Seen(node, self.actor)

    def each(self, nodes: Iterable[Any]) -> list["Seen"]:
        return [Seen(node, self.actor) for node in nodes]


def _attribute(name: str, default: Any, root: Seen, info: Any, **args: Any) -> Any:
    return getattr(root.node, name, default)


class ReturnsType(graphene.ObjectType):
    """A type whose root is `Seen`; plain fields are attributes of its node."""

    class Meta:
        abstract = True

    @classmethod
    def __init_subclass_with_meta__(cls, **options: Any) -> None:
        options.setdefault("default_resolver", compat.reads(_attribute))
        for name, resolver in list(vars(cls).items()):
            if name.startswith("resolve_"):
                setattr(cls, name, staticmethod(compat.reads(resolver)))
        super().__init_subclass_with_meta__(**options)


class _Batch(DataLoader):
    """Collects the keys that one level of a query asks for and answers them with one call."""

    # A mutation may follow in the same request, so nothing is remembered.
    cache = False

    def __init__(self, answer: Callable[[Sequence[Any]], Sequence[Any]]) -> None:
        self.answer = answer
        super().__init__()

    def batch_load_fn(self, keys: Sequence[Any]) -> Promise:
        return Promise.resolve(list(compat.reads(self.answer)(keys)))


def batched(
    info: Any, name: Any, key: Any, answer: Callable[[Sequence[Any]], Sequence[Any]]
) -> Promise:
    """`answer` for this key, asked once for all keys of the same `name` on this level.

    `name` must tell apart all that `answer` depends on, the viewer included.
    """
    batches = info.context.__dict__.setdefault("returns_batches", {})
    if name not in batches:
        batches[name] = _Batch(answer)
    return batches[name].load(key)


def related(
    info: Any,
    root: Seen,
    name: str,
    lookup: Callable[[], str | Prefetch] | None = None,
) -> Promise:
    """The rows in `root.node.<name>`, each `Seen`; one query for the whole level.

    `lookup` makes the prefetch when it is not just the name; with a queryset it must store its
    result under `name`.
    """
    actor = root.actor

    def fetch(rows: Sequence[Model]) -> list[list[Seen]]:
        prefetch_related_objects(list(rows), lookup() if lookup else name)
        return [_seen_all(getattr(row, name), actor) for row in rows]

    return batched(info, (type(root.node), name, actor), root.node, fetch)


def _seen_all(value: Any, actor: Actor) -> list[Seen]:
    rows = value if isinstance(value, list) else value.all()
    return [Seen(row, actor) for row in rows]
