"""What the tests of the boot program replace of the cloud: its API, its metadata service, the plugging of disks."""
