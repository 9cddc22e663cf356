"""What the doctor reads, one subject a module; each is read alone, so that what one may not see leaves the rest."""
