"""A test double of `pulumi-resource-aws` over moto, for the resource types and functions that this project uses.

It is not AWS and never speaks to AWS: README.md says what it takes from moto, what it adds, and what it refuses.
"""
