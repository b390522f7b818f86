"""What Saleor names alike in 2.10 and 3.x, written once; v2 and v3 take from here."""
