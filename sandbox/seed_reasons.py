"""Why the sandbox's shoppers send things back; written through the API, as a merchant would."""

from .seed_order import Api

REASONS = [
    {"code": "changed-my-mind", "label": "I changed my mind"},
    {"code": "does-not-fit", "label": "It does not fit"},
    {"code": "not-as-described", "label": "It is not as described", "waivesFees": True},
    {"code": "arrived-damaged", "label": "It arrived damaged", "waivesFees": True},
    {"code": "wrong-item", "label": "I got the wrong item", "waivesFees": True},
]
CREATE = """mutation ($input: ReturnReasonInput!) {
  returnReasonCreate(input: $input) { errors { field message } }
}"""


def create(merchant: str) -> None:
    api = Api()
    api.log_in(merchant)
    for reason in REASONS:
        api(CREATE, input=reason)
