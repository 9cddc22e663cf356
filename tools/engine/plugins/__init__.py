"""Stand-ins for provider plugins that cannot be fetched where only package registries are in reach."""
