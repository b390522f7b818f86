"""Returns from checkout to refund or exchange, played over HTTP and GraphQL against a running Saleor.

    python -m sandbox.story --url http://127.0.0.1:8000 --email … --password …

It imports neither Django nor Saleor, and makes in the shop what it needs. Each run has vendors,
goods and people of its own, so it can be played again in the same shop.
"""
