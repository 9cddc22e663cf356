"""What AWS rents out and this library may run on: instance types and gp3 volumes, as tables of values. Pure."""
