from typing import Any

import graphene

from ...selectors import branding
from .. import compat
from ..actors import actor_of
from ..seen import Seen
from ..types.branding import ReturnPortal
from ..types.common import required


@compat.reads
def _portal(root: Any, info: Any, channel: str | None = None) -> Seen:
    return Seen(branding.portal(channel or ""), actor_of(info))


FIELDS = {
    "return_portal": required(
        ReturnPortal,
        channel=graphene.String(),
        resolver=_portal,
        description="Branding, texts and rules of the returns portal. Public.",
    )
}
