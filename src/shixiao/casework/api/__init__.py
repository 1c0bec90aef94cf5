"""The interface for programs, `/api/v1/`: worked out from the step tables, as the pages and the manual are."""
