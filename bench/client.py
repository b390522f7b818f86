"""One client that takes orders through the whole flow over HTTP, on a connection kept open."""

import json
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

from .counting import ALL, CPU, SALEORS

ERRORS = "errors { field code message }"
SESSION = f"""mutation ($number: String!, $email: String!) {{
  returnSessionCreate(orderNumber: $number, email: $email) {{
    token {ERRORS}
    returnableOrder {{ shipments {{ lines {{ returnableQuantity line {{ id }} }} }} }}
  }}
}}"""
CREATE = f"""mutation ($token: String, $input: ReturnRequestInput!) {{
  returnRequestCreate(token: $token, input: $input) {{
    returnRequest {{ id number vendorReturns {{ id lines {{ id quantity }} }} }} {ERRORS}
  }}
}}"""
APPROVE = f"""mutation ($id: ID!) {{
  returnRequestApprove(id: $id) {{ returnRequest {{ status }} {ERRORS} }}
}}"""
ACCEPT = f"""mutation ($id: ID!) {{
  vendorReturnAccept(id: $id) {{ vendorReturn {{ status }} {ERRORS} }}
}}"""
RECEIVE = f"""mutation ($id: ID!, $lines: [ReturnReceptionLineInput!]!) {{
  vendorReturnReceive(id: $id, lines: $lines) {{ vendorReturn {{ status }} {ERRORS} }}
}}"""
REFUND = f"""mutation ($id: ID!) {{
  vendorReturnRefund(id: $id) {{
    refund {{ status amount {{ amount }} }} vendorReturn {{ status }} {ERRORS}
  }}
}}"""


@dataclass(frozen=True)
class People:
    """Access tokens of Saleor."""

    merchant: str
    vendor: str


@dataclass
class Call:
    name: str
    seconds: float
    statements: int
    saleors: int
    """Of these, those that Saleor asked for by itself."""
    cpu: float
    """Seconds that the worker itself was busy; the database is not in it."""


@dataclass
class Client:
    port: int
    people: People
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connection = HTTPConnection("127.0.0.1", self.port, timeout=60)

    def close(self) -> None:
        self._connection.close()

    def take_through(self, number: str, email: str) -> list[Call]:
        """From the shopper's sign-in to the refund; fails on anything that is not as it should."""
        self.calls = []
        session = self._do("returnSessionCreate", SESSION, number=number, email=email)
        lines = [
            {"shipmentLineId": each["line"]["id"], "quantity": each["returnableQuantity"]}
            for shipment in session["returnableOrder"]["shipments"]
            for each in shipment["lines"]
        ]
        wanted = {"token": session["token"], "input": {"lines": lines}}
        request = self._do("returnRequestCreate", CREATE, **wanted)["returnRequest"]
        (part,) = request["vendorReturns"]
        merchant, vendor = self.people.merchant, self.people.vendor
        self._do("returnRequestApprove", APPROVE, merchant, id=request["id"])
        self._do("vendorReturnAccept", ACCEPT, vendor, id=part["id"])
        arrived = [
            {"returnLineId": line["id"], "quantity": line["quantity"]} for line in part["lines"]
        ]
        self._do("vendorReturnReceive", RECEIVE, vendor, id=part["id"], lines=arrived)
        done = self._do("vendorReturnRefund", REFUND, vendor, id=part["id"])
        state = (done["refund"]["status"], done["vendorReturn"]["status"])
        assert state == ("SUCCEEDED", "SETTLED"), done
        return self.calls

    def ask_nothing(self) -> float:
        """Seconds of the smallest call there is: what server, client and machine take anyhow."""
        started = time.perf_counter()
        headers = {"Content-Type": "application/json"}
        body = json.dumps({"query": "{ __typename }"})
        self._connection.request("POST", "/graphql/", body, headers)
        self._connection.getresponse().read()
        return time.perf_counter() - started

    def _do(self, name: str, query: str, jwt: str = "", **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables})
        headers = {"Content-Type": "application/json"}
        if jwt:
            headers["Authorization"] = f"JWT {jwt}"
        started = time.perf_counter()
        self._connection.request("POST", "/graphql/", body, headers)
        response = self._connection.getresponse()
        answer = json.loads(response.read())
        seconds = time.perf_counter() - started
        counts = [int(response.headers[name]) for name in (ALL, SALEORS)]
        self.calls.append(Call(name, seconds, *counts, float(response.headers[CPU])))
        assert "errors" not in answer, answer
        payload = answer["data"][name]
        assert not payload["errors"], payload
        return dict(payload)
