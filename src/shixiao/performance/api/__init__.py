"""The plans and the board for programs: the addresses that performance adds to casework's `/api/v1/`."""
