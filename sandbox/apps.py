from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "sandbox"

    def ready(self) -> None:
        # Saleor 2.10 imports in a circle; entered here first, it closes.
        import saleor.product.utils  # noqa: F401
