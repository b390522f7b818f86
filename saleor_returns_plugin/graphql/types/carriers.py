import graphene


class ReturnCarrier(graphene.ObjectType):
    """A carrier that the store has a plug-in for; its root is the plug-in."""

    code = graphene.String(required=True)
    name = graphene.String(required=True)
    makes_labels = graphene.Boolean(required=True)
    makes_return_labels = graphene.Boolean(required=True)
