"""Multi-vendor returns for Saleor."""

__version__ = "0.1.0"
