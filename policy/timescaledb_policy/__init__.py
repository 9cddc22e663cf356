"""Rules for stacks that hold TimescaleDB. Pure but for `wiring`, which hands them to Pulumi's policy engine."""
