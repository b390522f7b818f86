"""Vendors with an address, a member who can sign in, and their products."""

from collections.abc import Mapping
from typing import Any

from ..accounts import register
from ..client import Person
from ..narration import check, say
from ..world import VendorSide, World
from .goods import CHAIR, CUSHION, LAMP, MUG

NORD, LUMEN, KILN = "Nord Furniture", "Lumen Lights", "Kiln & Clay"
_GOODS = {NORD: [CHAIR, CUSHION], LUMEN: [LAMP], KILN: [MUG]}
_STREETS = {NORD: "7 Harbour Road", LUMEN: "12 Bright Lane", KILN: "3 Potter's Yard"}
INSTRUCTIONS = "Pack it well and write the return number on the parcel."

CREATE = """
mutation ($input: VendorInput!) {
  vendorCreate(input: $input) { vendor { id slug name } errors { field code message } } }"""
ADD_MEMBER = """
mutation ($vendor: ID!, $email: String!) {
  vendorMemberAdd(vendorId: $vendor, email: $email, role: OWNER) {
    vendor { members { email role } } errors { field code message } } }"""
ASSIGN = """
mutation ($vendor: ID!, $products: [ID!]!) {
  vendorProductsAssign(vendorId: $vendor, products: $products) {
    count errors { field code message } } }"""


def play(world: World) -> None:
    world.host.before_registering()
    for name, goods in _GOODS.items():
        products = {each: world.goods[each].product_id for each in goods}
        join(world, name, _STREETS[name], products)
    say("All else is the store's own.")


def join(world: World, name: str, street: str, products: Mapping[str, str]) -> VendorSide:
    """A vendor with one member, who can sign in, and these products by their names."""
    vendor = _create(world, name, street)
    word = vendor["slug"].split("-")[0]
    member = register(
        f"the member of {name}",
        f"{word}.{world.tag}@vendors.example.com",
        Person("a visitor", world.url),
        world.mail_dir,
    )
    added = world.merchant.do(ADD_MEMBER, vendor=vendor["id"], email=member.email)
    emails = [each["email"] for each in added["vendor"]["members"]]
    check(emails == [member.email], f"{member.email} is a member of {name}", emails)
    assigned = world.merchant.do(ASSIGN, vendor=vendor["id"], products=list(products.values()))
    check(assigned["count"] == len(products), f"{name} sells {', '.join(products)}", assigned)
    side = VendorSide(vendor["id"], name, _email(world, name), member)
    world.vendors[name] = side
    return side


def _create(world: World, name: str, street: str) -> dict[str, Any]:
    word = name.split()[0].lower()
    return world.merchant.do(
        CREATE,
        input={
            "name": name,
            "slug": f"{word}-{world.tag}",
            "email": _email(world, name),
            "commissionRate": "12.5",
            "autoAcceptReturns": False,
            "returnInstructions": INSTRUCTIONS,
            "returnAddress": {
                "companyName": name,
                "streetAddress1": street,
                "city": "New York",
                "postalCode": "10001",
                "country": "US",
                "countryArea": "NY",
            },
        },
    )["vendor"]


def _email(world: World, name: str) -> str:
    return f"orders.{name.split()[0].lower()}.{world.tag}@vendors.example.com"
