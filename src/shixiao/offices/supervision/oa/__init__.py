"""Documents of an office automation system (OA): pushed to us by the interface for programs, or fetched by us. Each is taken in once."""
