"""The half of a verification that AWS answers: backups, alarms, who is told, a session, the container."""
