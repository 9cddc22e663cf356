"""What State Manager runs on a host so that declared settings reach it at once; pure, the wiring is in settings.py.

Source: AWS Systems Manager User Guide, "Command document plugin reference" (schema 2.2) and "Working with
associations": an association runs when it is made or changed, on every instance that starts to match its targets, and
by its schedule.
"""

from __future__ import annotations

import json

PROGRAM = "/opt/timescaledb-host/push"
SECONDS = 600
"""More than the program itself waits, which is five minutes."""
SCHEDULE = "rate(1 hour)"
"""How often compliance is looked at anew; State Manager takes 30 minutes at the least, and no money."""
SEVERITY = "MEDIUM"
"""Of a host that does not run with the declared settings."""


def document(database_name: str) -> str:
    """The command document: one step, which ends with an error unless the settings of a version are in force."""
    step = {
        "action": "aws:runShellScript",
        "name": "settings",
        "precondition": {"StringEquals": ["platformType", "Linux"]},
        "inputs": {"timeoutSeconds": str(SECONDS), "runCommand": [f"exec {PROGRAM} {{{{ version }}}}"]},
    }
    return json.dumps(
        {
            "schemaVersion": "2.2",
            "description": f"Let the host of {database_name} follow its settings, and say whether it does",
            "parameters": {
                "version": {
                    "type": "String",
                    "description": "Version of the SSM parameter with the settings",
                    "allowedPattern": "^[0-9]{1,9}$",  # it stands in a command
                }
            },
            "mainSteps": [step],
        },
        sort_keys=True,
    )
