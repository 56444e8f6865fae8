"""What the plugin Gallery Notes promises of API keys."""
