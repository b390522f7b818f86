import graphene
from django.utils.translation import get_language_from_request

from ...selectors import reasons
from ..seen import ReturnsType, Seen


class ReturnReason(ReturnsType):
    """Why something comes back, in the reader's language; the merchant sees it as entered."""

    code = graphene.String(required=True)
    label = graphene.String(required=True)
    waives_fees = graphene.Boolean(required=True)
    is_active = graphene.Boolean(required=True)

    class Meta:
        interfaces = (graphene.relay.Node,)

    def resolve_label(root: Seen, info: object) -> str:
        if root.actor.is_merchant:
            return root.node.label
        return reasons.label(root.node, get_language_from_request(info.context))
