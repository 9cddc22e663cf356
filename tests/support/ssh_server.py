"""An SSH server on loopback that forwards ports and does nothing else: `python ssh_server.py <folder>` prints its port.

In the folder: `client.pub`, the one key it accepts; `forwarded`, where it writes each port that was asked for; and
`refused`, ports that it does not forward to.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import asyncssh


class Server(asyncssh.SSHServer):
    """One connection of one client."""

    def __init__(self, folder: Path) -> None:
        """folder: see above."""
        self.folder = folder

    def begin_auth(self, username: str) -> bool:
        """Everybody has to authenticate."""
        return True

    def public_key_auth_supported(self) -> bool:
        """With a key, and nothing else."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """One user with one key."""
        known = asyncssh.read_public_key(self.folder / "client.pub")
        return username == "tester" and key.public_data == known.public_data

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        """Forward, unless the port is refused."""
        with (self.folder / "forwarded").open("a") as file:
            file.write(f"{dest_host} {dest_port}\n")
        return str(dest_port) not in (self.folder / "refused").read_text().split()


async def main(folder: Path) -> None:
    """Serve until killed."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.listen("127.0.0.1", 0, server_factory=lambda: Server(folder), server_host_keys=[key])
    public = key.export_public_key().decode().strip()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{server.get_port()} {public}\n")
    print(server.get_port(), flush=True)
    await server.wait_closed()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
