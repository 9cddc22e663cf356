"""What tests stand on: servers, engines, stacks."""
