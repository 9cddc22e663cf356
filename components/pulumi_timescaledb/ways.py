"""The forms of a way to a server, for settings, hosts and tunnels, which do not import each other."""

_NAME = r"[A-Za-z0-9_.][A-Za-z0-9_.-]*"  # none begins as an option does
# ssh(1) takes an IPv6 address without brackets and no port: a colon is always the address's own
_IPV6 = r"(?=(?:[^:]*:){2})[0-9A-Fa-f:.]+"
_WORD = r"[A-Za-z0-9_.:/-]+"

SSH = rf"ssh:(?P<destination>(?:{_NAME}@)?(?:{_NAME}|{_IPV6}))"
SSM = rf"ssm:(?:(?P<instance>m?i-[0-9a-f]+)|(?P<tag>{_WORD})=(?P<value>{_WORD}))(?:@(?P<region>[a-z0-9-]+))?"
TUNNEL = f"{SSH}|{SSM}"

SSH_EXPECTED = "ssh:<destination> (a port belongs in ~/.ssh/config)"
TUNNEL_EXPECTED = f"{SSH_EXPECTED} or ssm:<instance id or tag=value>[@<region>]"
"""What to write, for refusals."""
