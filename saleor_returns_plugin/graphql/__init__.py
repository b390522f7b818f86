"""The plugin's part of Saleor's API. Import anything but `extension` only inside `install()`."""
