"""The thin Pulumi adapter over :mod:`..database`. Module paths and class names here are stored in every state."""
