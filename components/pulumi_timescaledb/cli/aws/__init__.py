"""What the operator's commands on AWS share: clients, a stack's settings, commands on the host."""
