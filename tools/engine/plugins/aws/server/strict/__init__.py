"""What moto accepts and AWS refuses, with AWS's own error codes."""
