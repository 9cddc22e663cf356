"""What moto does not have and this project uses, one file a part of a service."""
