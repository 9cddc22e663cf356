"""``tsdb preflight``: whether an account has what a stack on AWS takes, before its first ``pulumi up``."""
