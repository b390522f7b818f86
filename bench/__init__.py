"""What the plugin costs, measured side by side in one run: `make bench`."""
