"""A database on one EC2 host, on demand or as spot; every part is a component of its own."""

from .access import Ec2Access
from .address import Address, AddressArgs
from .args import DatabaseArgs
from .boot import BootProgram, BootSettings
from .container import Container, ContainerArgs, container
from .database import Database
from .fallback import Fallback, FallbackArgs
from .identity import Identity, IdentityArgs
from .network import Network, NetworkArgs
from .on_demand import OnDemand, OnDemandArgs
from .secrets import Password, PasswordArgs
from .security_group import SecurityGroup, SecurityGroupArgs
from .settings import Settings, SettingsArgs
from .spot import Spot, SpotArgs
from .volume import Volume, VolumeArgs

__all__ = [
    "Address",
    "AddressArgs",
    "BootProgram",
    "BootSettings",
    "Container",
    "ContainerArgs",
    "Database",
    "DatabaseArgs",
    "Ec2Access",
    "Fallback",
    "FallbackArgs",
    "Identity",
    "IdentityArgs",
    "Network",
    "NetworkArgs",
    "OnDemand",
    "OnDemandArgs",
    "Password",
    "PasswordArgs",
    "SecurityGroup",
    "SecurityGroupArgs",
    "Settings",
    "SettingsArgs",
    "Spot",
    "SpotArgs",
    "Volume",
    "VolumeArgs",
    "container",
]
