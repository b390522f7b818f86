"""What the sandbox's shop sells, and who sells it: plain data."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Goods:
    name: str
    sku: str
    price: str
    category: str
    description: str
    variants: dict[str, str] = field(default_factory=dict)
    """Name by SKU suffix; one nameless variant when there are none."""


@dataclass(frozen=True)
class Seller:
    slug: str
    name: str
    email: str
    commission_rate: str
    instructions: str
    address: dict[str, str]
    goods: list[Goods]
    auto_accept: bool = False


IN_HOUSE = Seller(
    slug="",
    name="Fieldhouse",
    email="returns@fieldhouse.example",
    commission_rate="0",
    instructions="Put the slip with the return number inside and hand the parcel to any carrier.",
    address={
        "name": "Fieldhouse Returns",
        "street_address_1": "220 Canal Street",
        "city": "New York",
        "postal_code": "10013",
        "country_area": "NY",
        "country": "US",
    },
    goods=[
        Goods("Canvas Tote", "FH-TOTE", "24.00", "Accessories", "Heavy cotton, two pockets."),
        Goods("Enamel Mug", "FH-MUG", "14.50", "Kitchen", "Holds 350 ml; safe on a camp stove."),
        Goods("Beeswax Candle", "FH-CANDLE", "19.90", "Home", "Burns for about 40 hours."),
    ],
    auto_accept=True,
)

VENDORS = [
    Seller(
        slug="oak-and-iron",
        name="Oak & Iron",
        email="hello@oak-and-iron.example",
        commission_rate="12.5",
        instructions="Use the original carton. Pallets are collected; write to us for a date.",
        address={
            "company_name": "Oak & Iron LLC",
            "street_address_1": "48 Mill Road",
            "city": "Portland",
            "postal_code": "97209",
            "country_area": "OR",
            "country": "US",
        },
        goods=[
            Goods("Spindle Chair", "OI-CHAIR", "189.00", "Furniture", "Oiled oak, 45 cm seat."),
            Goods("Wall Hook Rail", "OI-RAIL", "58.00", "Furniture", "Five forged hooks on oak."),
            Goods("Step Stool", "OI-STOOL", "79.00", "Furniture", "Two steps, carries 150 kg."),
        ],
    ),
    Seller(
        slug="north-loom",
        name="North Loom",
        email="care@north-loom.example",
        commission_rate="15",
        instructions="Fold the goods into a paper bag; no plastic, please.",
        address={
            "company_name": "North Loom Inc.",
            "street_address_1": "7 Weavers Lane",
            "city": "Minneapolis",
            "postal_code": "55401",
            "country_area": "MN",
            "country": "US",
        },
        goods=[
            Goods(
                "Merino Sweater",
                "NL-SWEATER",
                "119.00",
                "Clothing",
                "Undyed merino wool, knitted in one piece.",
                {"S": "Small", "M": "Medium", "L": "Large"},
            ),
            Goods("Wool Throw", "NL-THROW", "145.00", "Home", "130 by 180 cm, herringbone."),
            Goods(
                "Linen Shirt",
                "NL-SHIRT",
                "84.00",
                "Clothing",
                "Washed linen with shell buttons.",
                {"M": "Medium", "L": "Large"},
            ),
        ],
    ),
    Seller(
        slug="clay-studio",
        name="Clay Studio",
        email="studio@clay-studio.example",
        commission_rate="18",
        instructions="Wrap every piece on its own and mark the parcel as fragile.",
        address={
            "company_name": "Clay Studio",
            "street_address_1": "310 Kiln Avenue",
            "city": "Asheville",
            "postal_code": "28801",
            "country_area": "NC",
            "country": "US",
        },
        goods=[
            Goods("Stoneware Bowl", "CS-BOWL", "38.00", "Kitchen", "22 cm across, oven safe."),
            Goods("Carafe", "CS-CARAFE", "52.00", "Kitchen", "One litre, glazed inside and out."),
            Goods("Plant Pot", "CS-POT", "31.50", "Home", "14 cm, with saucer."),
        ],
    ),
]
