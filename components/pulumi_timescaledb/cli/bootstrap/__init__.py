"""``tsdb bootstrap``: where Pulumi keeps state and secrets on AWS, and what its user may do; before the first stack."""
