"""The pure parts of a host on EC2."""
