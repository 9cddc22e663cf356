"""Session Manager of the stand-in, and what it reaches: the database of an instance's volume, in a container.

The boot program does not run here (tests/boot runs it for real); what it leaves behind is imitated: a database with the
declared settings and TLS, on data that belongs to the volume and outlives the instance, and a password in the store.
"""
